using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GradCam.Cpu.Simd;

/// <summary>
/// The vector widths that kernels may use: those that the machine accelerates, or fewer where the environment variable GRADCAM_SIMD (512, 256 or 128)
/// says so, which is how tests reach every variant. Where the compiler denies a width, its property is a constant false.
/// </summary>
internal static class SimdWidth
{
    private static readonly int Limit = ReadLimit();

    /// <summary>512-bit vectors.</summary>
    public static bool Has512
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.IsHardwareAccelerated && Limit >= 512;
    }

    /// <summary>256-bit vectors.</summary>
    public static bool Has256
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256.IsHardwareAccelerated && Limit >= 256;
    }

    /// <summary>128-bit vectors.</summary>
    public static bool Has128
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128.IsHardwareAccelerated;
    }

    private static int ReadLimit() => Environment.GetEnvironmentVariable("GRADCAM_SIMD") switch
    {
        "128" => 128,
        "256" => 256,
        _ => 512,
    };
}
