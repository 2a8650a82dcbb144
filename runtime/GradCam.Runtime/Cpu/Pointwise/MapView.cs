namespace GradCam.Cpu.Pointwise;

/// <summary>A map's first element and strides, resolved to an address. With strides of zero, one pixel that is read as every pixel of a map.</summary>
internal readonly unsafe struct MapView
{
    /// <summary>A tensor's map in the arena.</summary>
    public MapView(float* arena, in Tensor tensor)
        : this(arena + tensor.Offset, tensor.RowStride, tensor.PixelStride)
    {
    }

    /// <summary>Elements in memory.</summary>
    public MapView(float* origin, int rowStride, int pixelStride)
    {
        Origin = origin;
        RowStride = rowStride;
        PixelStride = pixelStride;
    }

    /// <summary>Element (0, 0, 0).</summary>
    public float* Origin { get; }

    /// <summary>Floats from a pixel to the one below.</summary>
    public int RowStride { get; }

    /// <summary>Floats from a pixel to its right neighbour.</summary>
    public int PixelStride { get; }

    /// <summary>One value a channel, for every pixel.</summary>
    public static MapView OfChannels(float* values) => new(values, 0, 0);

    /// <summary>A tensor as an operand of another's shape: itself or, where it is 1x1 and the other is not, its pixel everywhere.</summary>
    public static MapView Spread(float* arena, in Tensor tensor, in Tensor over) =>
        tensor.Pixels == 1 && over.Pixels != 1 ? OfChannels(arena + tensor.Offset) : new MapView(arena, tensor);

    /// <summary>Element (row, 0, 0).</summary>
    public float* Row(int row) => Origin + (nint)row * RowStride;

    /// <summary>Element (row, column, 0).</summary>
    public float* Pixel(int row, int column) => Origin + (nint)row * RowStride + (nint)column * PixelStride;
}
