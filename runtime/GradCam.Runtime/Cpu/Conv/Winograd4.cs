using System.Runtime.CompilerServices;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Conv;

/// <summary>F(4x4, 3x3), from the points 0, 1, -1, 2, -2 and infinity: 36 products for 16 outputs instead of 144.</summary>
internal readonly unsafe struct Winograd4 : IWinogradTransform
{
    public static int Outputs
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4;
    }

    public static int Size
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 6;
    }

    public static ReadOnlySpan<double> Kernel =>
    [
        1 / 4d, 0, 0,
        -1 / 6d, -1 / 6d, -1 / 6d,
        -1 / 6d, 1 / 6d, -1 / 6d,
        1 / 24d, 1 / 12d, 1 / 6d,
        1 / 24d, -1 / 12d, 1 / 6d,
        0, 0, 1,
    ];

    /// <summary>B^T = [4 0 -5 0 1 0; 0 -4 -4 1 1 0; 0 4 -4 -1 1 0; 0 -2 -1 2 1 0; 0 2 -1 -2 1 0; 0 4 0 -5 0 1].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<TSimd, TVector>(float* source, nint sourceStride, float* destination, nint destinationStride)
        where TSimd : ISimd<TVector>
        where TVector : struct
    {
        TVector two = TSimd.All(2), four = TSimd.All(4), minusFour = TSimd.All(-4), minusFive = TSimd.All(-5);
        TVector d0 = TSimd.Load(source);
        TVector d1 = TSimd.Load(source + sourceStride);
        TVector d2 = TSimd.Load(source + 2 * sourceStride);
        TVector d3 = TSimd.Load(source + 3 * sourceStride);
        TVector d4 = TSimd.Load(source + 4 * sourceStride);
        TVector d5 = TSimd.Load(source + 5 * sourceStride);
        TVector even = TSimd.MultiplyAdd(minusFour, d2, d4);
        TVector odd = TSimd.MultiplyAdd(minusFour, d1, d3);
        TVector evenTwo = TSimd.Subtract(d4, d2);
        TVector oddTwo = TSimd.Multiply(two, TSimd.Subtract(d3, d1));
        TSimd.Store(destination, TSimd.MultiplyAdd(four, d0, TSimd.MultiplyAdd(minusFive, d2, d4)));
        TSimd.Store(destination + destinationStride, TSimd.Add(even, odd));
        TSimd.Store(destination + 2 * destinationStride, TSimd.Subtract(even, odd));
        TSimd.Store(destination + 3 * destinationStride, TSimd.Add(evenTwo, oddTwo));
        TSimd.Store(destination + 4 * destinationStride, TSimd.Subtract(evenTwo, oddTwo));
        TSimd.Store(destination + 5 * destinationStride, TSimd.MultiplyAdd(four, d1, TSimd.MultiplyAdd(minusFive, d3, d5)));
    }

    /// <summary>A^T = [1 1 1 1 1 0; 0 1 -1 2 -2 0; 0 1 1 4 4 0; 0 1 -1 8 -8 1].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<TSimd, TVector>(float* source, nint sourceStride, float* destination, nint destinationStride)
        where TSimd : ISimd<TVector>
        where TVector : struct
    {
        TVector m1 = TSimd.Load(source + sourceStride);
        TVector m2 = TSimd.Load(source + 2 * sourceStride);
        TVector m3 = TSimd.Load(source + 3 * sourceStride);
        TVector m4 = TSimd.Load(source + 4 * sourceStride);
        TVector sum1 = TSimd.Add(m1, m2);
        TVector difference1 = TSimd.Subtract(m1, m2);
        TVector sum2 = TSimd.Add(m3, m4);
        TVector difference2 = TSimd.Subtract(m3, m4);
        TSimd.Store(destination, TSimd.Add(TSimd.Add(TSimd.Load(source), sum1), sum2));
        TSimd.Store(destination + destinationStride, TSimd.MultiplyAdd(TSimd.All(2), difference2, difference1));
        TSimd.Store(destination + 2 * destinationStride, TSimd.MultiplyAdd(TSimd.All(4), sum2, sum1));
        TSimd.Store(
            destination + 3 * destinationStride,
            TSimd.Add(TSimd.MultiplyAdd(TSimd.All(8), difference2, difference1), TSimd.Load(source + 5 * sourceStride)));
    }
}
