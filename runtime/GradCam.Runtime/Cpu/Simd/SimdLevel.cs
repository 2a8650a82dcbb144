using System.Runtime.Intrinsics;

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

/// <summary>What this machine runs.</summary>
internal static class SimdLevels
{
    /// <summary>Name of the environment variable that caps the width: 512, 256 or 128. Read once in a process, for tests and comparisons.</summary>
    public const string Variable = "GRADCAM_SIMD";

    /// <summary>The widest level that is accelerated and allowed.</summary>
    public static SimdLevel Widest { get; } = Choose(Environment.GetEnvironmentVariable(Variable));

    /// <summary>Floats in a vector of a level.</summary>
    public static int Width(this SimdLevel level) => (int)level / 32;

    /// <summary>True when the machine has the level; a wider one would be emulated, hundreds of times slower.</summary>
    public static bool IsAccelerated(SimdLevel level) => level switch
    {
        SimdLevel.Vector512 => Vector512.IsHardwareAccelerated,
        SimdLevel.Vector256 => Vector256.IsHardwareAccelerated,
        _ => true,
    };

    private static SimdLevel Choose(string? cap)
    {
        int bits = int.TryParse(cap, out int value) ? value : int.MaxValue;
        foreach (SimdLevel level in (ReadOnlySpan<SimdLevel>)[SimdLevel.Vector512, SimdLevel.Vector256])
        {
            if ((int)level <= bits && IsAccelerated(level))
                return level;
        }

        return SimdLevel.Vector128;
    }
}
