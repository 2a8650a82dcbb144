using System.Runtime.CompilerServices;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Conv.Winograd;

/// <summary>
/// F(4x4, 3x3): 36 products for 16 outputs instead of 144. From the points 0, a, -a, b, -b and infinity with a = 5/8 and b = 3/2, whose matrices are
/// exact in single precision; they more than halve the rounding error of the usual 1 and 2, which spread the sizes of intermediate values wider
/// (Barabasz, Anderson, Soodhalter and Gregg 2018, "Error Analysis and Improving the Accuracy of Winograd Convolution for Deep Neural Networks").
/// </summary>
internal readonly unsafe struct Winograd4 : IWinogradTransform
{
    private const float A = 5 / 8f;
    private const float B = 3 / 2f;

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

    /// <summary>
    /// A point's row is [1, p, p^2] / N, where N is the product of its differences from the others: a^2 b^2, 2 a^2 (a^2 - b^2), 2 b^2 (b^2 - a^2).
    /// </summary>
    public static ReadOnlySpan<double> Kernel
    {
        get
        {
            const double a = A, b = B;
            const double n0 = a * a * b * b, na = 2 * a * a * (a * a - b * b), nb = 2 * b * b * (b * b - a * a);
            return
            [
                1 / n0, 0, 0,
                1 / na, a / na, a * a / na,
                1 / na, -a / na, a * a / na,
                1 / nb, b / nb, b * b / nb,
                1 / nb, -b / nb, b * b / nb,
                0, 0, 1,
            ];
        }
    }

    /// <summary>
    /// A point's row of B^T has the coefficients of the product of (x - q) over the other points q: [a^2 b^2, 0, -a^2 - b^2, 0, 1, 0],
    /// [0, -+a b^2, -b^2, +-a, 1, 0], [0, -+b a^2, -a^2, +-b, 1, 0], [0, a^2 b^2, 0, -a^2 - b^2, 0, 1].
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<TSimd, TVector>(float* source, nint sourceStride, float* destination, nint destinationStride)
        where TSimd : ISimd<TVector>
        where TVector : struct
    {
        TVector product = TSimd.All(A * A * B * B), sum = TSimd.All(-A * A - B * B);
        TVector d0 = TSimd.Load(source);
        TVector d1 = TSimd.Load(source + sourceStride);
        TVector d2 = TSimd.Load(source + 2 * sourceStride);
        TVector d3 = TSimd.Load(source + 3 * sourceStride);
        TVector d4 = TSimd.Load(source + 4 * sourceStride);
        TVector d5 = TSimd.Load(source + 5 * sourceStride);
        TVector evenA = TSimd.MultiplyAdd(TSimd.All(-B * B), d2, d4);
        TVector oddA = TSimd.Multiply(TSimd.All(A), TSimd.MultiplyAdd(TSimd.All(-B * B), d1, d3));
        TVector evenB = TSimd.MultiplyAdd(TSimd.All(-A * A), d2, d4);
        TVector oddB = TSimd.Multiply(TSimd.All(B), TSimd.MultiplyAdd(TSimd.All(-A * A), d1, d3));
        TSimd.Store(destination, TSimd.MultiplyAdd(product, d0, TSimd.MultiplyAdd(sum, d2, d4)));
        TSimd.Store(destination + destinationStride, TSimd.Add(evenA, oddA));
        TSimd.Store(destination + 2 * destinationStride, TSimd.Subtract(evenA, oddA));
        TSimd.Store(destination + 3 * destinationStride, TSimd.Add(evenB, oddB));
        TSimd.Store(destination + 4 * destinationStride, TSimd.Subtract(evenB, oddB));
        TSimd.Store(destination + 5 * destinationStride, TSimd.MultiplyAdd(product, d1, TSimd.MultiplyAdd(sum, d3, d5)));
    }

    /// <summary>Row i of A^T is [0^i, a^i, (-a)^i, b^i, (-b)^i, 0], and 1 at the end of the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<TSimd, TVector>(float* source, nint sourceStride, float* destination, nint destinationStride)
        where TSimd : ISimd<TVector>
        where TVector : struct
    {
        TVector m1 = TSimd.Load(source + sourceStride);
        TVector m2 = TSimd.Load(source + 2 * sourceStride);
        TVector m3 = TSimd.Load(source + 3 * sourceStride);
        TVector m4 = TSimd.Load(source + 4 * sourceStride);
        TVector sumA = TSimd.Add(m1, m2);
        TVector differenceA = TSimd.Subtract(m1, m2);
        TVector sumB = TSimd.Add(m3, m4);
        TVector differenceB = TSimd.Subtract(m3, m4);
        TVector last = TSimd.Load(source + 5 * sourceStride);
        TSimd.Store(destination, TSimd.Add(TSimd.Add(TSimd.Load(source), sumA), sumB));
        TSimd.Store(destination + destinationStride, TSimd.MultiplyAdd(TSimd.All(A), differenceA, TSimd.Multiply(TSimd.All(B), differenceB)));
        TSimd.Store(destination + 2 * destinationStride, TSimd.MultiplyAdd(TSimd.All(A * A), sumA, TSimd.Multiply(TSimd.All(B * B), sumB)));
        TSimd.Store(
            destination + 3 * destinationStride,
            TSimd.MultiplyAdd(TSimd.All(A * A * A), differenceA, TSimd.MultiplyAdd(TSimd.All(B * B * B), differenceB, last)));
    }
}
