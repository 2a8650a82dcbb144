using System.Runtime.CompilerServices;

namespace GradCam.Gpu.Kernels.Convolution;

/// <summary>Sums of 4 pixels by 4 channels, in registers: no array, since a register has no address.</summary>
internal struct Block
{
    public Float4 Row0;
    public Float4 Row1;
    public Float4 Row2;
    public Float4 Row3;

    /// <summary>Adds the products of 4 pixels and 4 channels of one term.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref Block block, Float4 pixels, Float4 channels)
    {
        AddRow(ref block.Row0, pixels.X, channels);
        AddRow(ref block.Row1, pixels.Y, channels);
        AddRow(ref block.Row2, pixels.Z, channels);
        AddRow(ref block.Row3, pixels.W, channels);
    }

    /// <summary>Adds other sums.</summary>
    public static void Add(ref Block block, Block other)
    {
        block.Row0 = Sum(block.Row0, other.Row0);
        block.Row1 = Sum(block.Row1, other.Row1);
        block.Row2 = Sum(block.Row2, other.Row2);
        block.Row3 = Sum(block.Row3, other.Row3);
    }

    private static Float4 Sum(Float4 a, Float4 b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z, a.W + b.W);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(ref Float4 row, float pixel, Float4 channels)
    {
        row.X += pixel * channels.X;
        row.Y += pixel * channels.Y;
        row.Z += pixel * channels.Z;
        row.W += pixel * channels.W;
    }
}
