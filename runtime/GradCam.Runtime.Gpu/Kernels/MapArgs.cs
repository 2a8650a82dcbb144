namespace GradCam.Gpu.Kernels;

/// <summary>A tensor's place in a sample's part of the arena, as a kernel takes it.</summary>
internal struct MapArgs(in Tensor tensor)
{
    public int Offset = ClassOnHostException.Check(tensor.Offset);
    public int Height = tensor.Height;
    public int Width = tensor.Width;
    public int Channels = tensor.Channels;
    public int RowStride = tensor.RowStride;
    public int PixelStride = tensor.PixelStride;
    public int HaloTop = tensor.Halo.Top;
    public int HaloLeft = tensor.Halo.Left;
    public int HaloBottom = tensor.Halo.Bottom;
    public int HaloRight = tensor.Halo.Right;

    /// <summary>What numbers of elements are divided by (<see cref="MapElement"/>).</summary>
    public Divisor ByChannels = new(tensor.Channels);
    public Divisor ByWidth = new(tensor.Width);
    public Divisor ByHeight = new(tensor.Height);

    /// <summary>With a quarter of the channels, where a thread takes four.</summary>
    public static MapArgs Quarters(in Tensor tensor) => new(tensor) { Channels = tensor.Channels / 4, ByChannels = new(tensor.Channels / 4) };

    /// <summary>The same pixel at every place: how one of 1x1 is read as a map.</summary>
    public static MapArgs Spread(in Tensor tensor) => new(tensor) { RowStride = 0, PixelStride = 0 };

    /// <summary>Where an element lies.</summary>
    public static int At(MapArgs map, int y, int x, int c) => map.Offset + y * map.RowStride + x * map.PixelStride + c;
}
