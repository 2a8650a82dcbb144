using ILGPU;

namespace GradCam.Gpu.Kernels.Convolution;

/// <summary>The transforms of F(2x2, 3x3): "Fast Algorithms for Convolutional Neural Networks", Lavin and Gray 2016, section 4.1.</summary>
internal static class WinogradTransform
{
    /// <summary>Stores the transform of 4x4 inputs of a channel, given by rows: [positions] as <see cref="WinogradLayout"/> has them.</summary>
    public static void StoreInputs(ArrayView<float> at, Float4 row0, Float4 row1, Float4 row2, Float4 row3)
    {
        StoreRow(at, 0, Subtract(row0, row2));
        StoreRow(at, 1, Add(row1, row2));
        StoreRow(at, 2, Subtract(row2, row1));
        StoreRow(at, 3, Subtract(row1, row3));
    }

    /// <summary>
    /// Makes a row of two outputs, for four channels, of a tile's sums: in shared memory, in the places of the first two sums that no other row reads.
    /// </summary>
    /// <param name="sums">The tile's sums, from the first position on.</param>
    /// <param name="stride">From a position to the next.</param>
    /// <param name="row">Which row, 0 or 1.</param>
    public static void ToOutputs(ArrayView<Float4> sums, int stride, int row)
    {
        int own = OwnPosition(row) * stride;
        float sign = row == 0 ? 1f : -1f;
        Float4 t0 = Column(sums, 0, stride, own, sign);
        Float4 t1 = Column(sums, stride, stride, own, sign);
        Float4 t2 = Column(sums, 2 * stride, stride, own, sign);
        Float4 t3 = Column(sums, 3 * stride, stride, own, sign);
        sums[own] = Add(Add(t0, t1), t2);
        sums[own + stride] = Subtract(Subtract(t1, t2), t3);
    }

    /// <summary>The first position of those that no other row of outputs reads.</summary>
    public static int OwnPosition(int row) => 12 * row;

    /// <summary>A column of sums: m0 + m1 + m2 for the first row of outputs, m1 - m2 - m3 for the second.</summary>
    private static Float4 Column(ArrayView<Float4> sums, int column, int stride, int own, float sign)
    {
        Float4 sum = sums[column + 4 * stride];
        Float4 other = Add(sums[column + 8 * stride], sums[column + own]);
        sum.X += sign * other.X;
        sum.Y += sign * other.Y;
        sum.Z += sign * other.Z;
        sum.W += sign * other.W;
        return sum;
    }

    private static void StoreRow(ArrayView<float> at, int row, Float4 d)
    {
        int pair = 2 * row * WinogradLayout.Pair * 4;
        at[pair] = d.X - d.Z;
        at[pair + 4] = d.Y + d.Z;
        at[pair + WinogradLayout.Pair * 4] = d.Z - d.Y;
        at[pair + WinogradLayout.Pair * 4 + 4] = d.Y - d.W;
    }

    private static Float4 Add(Float4 a, Float4 b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z, a.W + b.W);

    private static Float4 Subtract(Float4 a, Float4 b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z, a.W - b.W);
}
