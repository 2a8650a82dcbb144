using GradCam.Cpu.Memory;

namespace GradCam.Cpu.Reproducible;

/// <summary>The maps between the convolutions of a chain, whole, in scratch memory one behind the other, each with the zeros that its reader needs.</summary>
internal static class ChainMaps
{
    /// <summary>A map.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="size">Its size.</param>
    /// <param name="reader">The window that reads it.</param>
    /// <param name="output">The size of what its reader makes.</param>
    /// <param name="isPool">Whether the reader is a pool, which looks at the map alone.</param>
    public static Tensor Place(int offset, MapSize size, in Window reader, Extent output, bool isPool)
    {
        if (isPool)
            return new Tensor(offset, size.Channels, size.Height, size.Width);
        (int top, int bottom) = Reach(reader.Kernel.Height, reader.Stride.Height, reader.Pad.Top, reader.Dilation.Height, size.Height, output.Height);
        (int left, int right) = Reach(reader.Kernel.Width, reader.Stride.Width, reader.Pad.Left, reader.Dilation.Width, size.Width, output.Width);
        return new Tensor(offset, size.Channels, size.Height, size.Width, new Edges(top, left, bottom, right));
    }

    /// <summary>Floats that a map takes with its zeros.</summary>
    public static int Length(in Tensor map) =>
        checked((int)CacheSizes.WholeLines((long)(map.Halo.Top + map.Height + map.Halo.Bottom) * map.RowStride));

    /// <summary>How far beyond a map's ends a convolution reads.</summary>
    private static (int Before, int After) Reach(int kernel, int stride, int pad, int dilation, int size, int outputs) =>
        (Math.Max(pad, 0), Math.Max((outputs - 1) * stride - pad + (kernel - 1) * dilation - (size - 1), 0));
}
