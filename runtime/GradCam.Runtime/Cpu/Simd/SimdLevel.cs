namespace GradCam.Cpu.Simd;

/// <summary>The widths that kernels exist in, by bits.</summary>
internal enum SimdLevel
{
    /// <summary>SSE or NEON.</summary>
    Vector128 = 128,

    /// <summary>AVX2 with FMA.</summary>
    Vector256 = 256,

    /// <summary>AVX-512.</summary>
    Vector512 = 512,
}

/// <summary>The level that this process uses.</summary>
internal static class SimdLevels
{
    /// <summary>The widest level that <see cref="SimdWidth"/> allows.</summary>
    public static SimdLevel Widest { get; } = SimdWidth.Has512 ? SimdLevel.Vector512 : SimdWidth.Has256 ? SimdLevel.Vector256 : SimdLevel.Vector128;

    /// <summary>Floats in a vector of a level.</summary>
    public static int Width(this SimdLevel level) => (int)level / 32;
}
