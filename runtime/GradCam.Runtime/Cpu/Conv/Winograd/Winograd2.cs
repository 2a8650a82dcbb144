using System.Runtime.CompilerServices;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Conv.Winograd;

/// <summary>F(2x2, 3x3), from the points 0, 1, -1 and infinity: 16 products for 4 outputs instead of 36.</summary>
internal readonly unsafe struct Winograd2 : IWinogradTransform
{
    public static int Outputs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2;
    }

    public static int Size
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4;
    }

    public static ReadOnlySpan<double> Kernel =>
    [
        1, 0, 0,
        1 / 2d, 1 / 2d, 1 / 2d,
        1 / 2d, -1 / 2d, 1 / 2d,
        0, 0, 1,
    ];

    /// <summary>B^T = [1 0 -1 0; 0 1 1 0; 0 -1 1 0; 0 -1 0 1].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<TSimd, TVector>(float* source, nint sourceStride, float* destination, nint destinationStride)
        where TSimd : ISimd<TVector>
        where TVector : struct
    {
        TVector d0 = TSimd.Load(source);
        TVector d1 = TSimd.Load(source + sourceStride);
        TVector d2 = TSimd.Load(source + 2 * sourceStride);
        TVector d3 = TSimd.Load(source + 3 * sourceStride);
        TSimd.Store(destination, TSimd.Subtract(d0, d2));
        TSimd.Store(destination + destinationStride, TSimd.Add(d1, d2));
        TSimd.Store(destination + 2 * destinationStride, TSimd.Subtract(d2, d1));
        TSimd.Store(destination + 3 * destinationStride, TSimd.Subtract(d3, d1));
    }

    /// <summary>A^T = [1 1 1 0; 0 1 -1 1].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<TSimd, TVector>(float* source, nint sourceStride, float* destination, nint destinationStride)
        where TSimd : ISimd<TVector>
        where TVector : struct
    {
        TVector m1 = TSimd.Load(source + sourceStride);
        TVector m2 = TSimd.Load(source + 2 * sourceStride);
        TSimd.Store(destination, TSimd.Add(TSimd.Load(source), TSimd.Add(m1, m2)));
        TSimd.Store(destination + destinationStride, TSimd.Add(TSimd.Load(source + 3 * sourceStride), TSimd.Subtract(m1, m2)));
    }
}
