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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(ref Float4 row, float pixel, Float4 channels)
    {
        row.X += pixel * channels.X;
        row.Y += pixel * channels.Y;
        row.Z += pixel * channels.Z;
        row.W += pixel * channels.W;
    }
}
