using System.Runtime.Intrinsics.X86;

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
    private static readonly bool HasHalfWidth512 = X86Base.IsSupported && IsFamily19();

    /// <summary>The widest level that <see cref="SimdWidth"/> allows.</summary>
    public static SimdLevel Widest { get; } = SimdWidth.Has512 ? SimdLevel.Vector512 : SimdWidth.Has256 ? SimdLevel.Vector256 : SimdLevel.Vector128;

    /// <summary>
    /// Arithmetic instructions of a level that a core issues in a cycle: two, but for AVX-512 where it is made of two halves (AMD's family 19h, Zen 4).
    /// </summary>
    public static int IssueRate(this SimdLevel level) => level == SimdLevel.Vector512 && HasHalfWidth512 ? 1 : 2;

    /// <summary>Floats in a vector of a level.</summary>
    public static int Width(this SimdLevel level) => (int)level / 32;

    /// <summary>AMD64 Architecture Programmer's Manual 3, CPUID functions 0 and 1: the vendor's name, the base family and the extended family.</summary>
    private static bool IsFamily19()
    {
        const int AuthenticAmd = 0x68747541;
        const int Family19 = 0xF + 0xA;
        (_, int vendor, _, _) = X86Base.CpuId(0, 0);
        int signature = X86Base.CpuId(1, 0).Eax;
        return vendor == AuthenticAmd && (signature >> 8 & 0xF) + (signature >> 20 & 0xFF) == Family19;
    }
}
