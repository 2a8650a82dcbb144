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

    /// <summary>Runs a kernel over some channels, as many as possible in the widest vectors, the rest in ever narrower ones.</summary>
    public static void ForEach<TKernel>(ref TKernel kernel, int from, int to)
        where TKernel : struct, IChannelKernel
    {
        if (Has512 && to - from >= Lanes512.Count)
        {
            int end = to - (to - from) % Lanes512.Count;
            kernel.Run<Lanes512>(from, end);
            from = end;
        }

        if (Has256 && to - from >= Lanes256.Count)
        {
            int end = to - (to - from) % Lanes256.Count;
            kernel.Run<Lanes256>(from, end);
            from = end;
        }

        if (Has128 && to - from >= Lanes128.Count)
        {
            int end = to - (to - from) % Lanes128.Count;
            kernel.Run<Lanes128>(from, end);
            from = end;
        }

        if (from < to)
            kernel.Run<Lanes1>(from, to);
    }

    /// <summary>Runs a kernel in the widest vectors.</summary>
    public static void InWidest<TKernel>(ref TKernel kernel)
        where TKernel : struct, IPixelKernel
    {
        if (Has512)
            kernel.Run<Lanes512>();
        else if (Has256)
            kernel.Run<Lanes256>();
        else if (Has128)
            kernel.Run<Lanes128>();
        else
            kernel.Run<Lanes1>();
    }

    private static int ReadLimit() => Environment.GetEnvironmentVariable("GRADCAM_SIMD") switch
    {
        "128" => 128,
        "256" => 256,
        _ => 512,
    };
}
