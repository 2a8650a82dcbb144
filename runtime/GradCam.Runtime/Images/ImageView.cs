namespace GradCam;

/// <summary>
/// A photo as plain pixels in memory that somebody else owns: 8 bits a channel, rows from top to bottom. Any image library's buffer fits; nothing is copied.
/// </summary>
/// <remarks>
/// A fourth byte is ignored, not blended: cameras leave it undefined, and most training pipelines drop it. Who wants transparent pixels on white (or any
/// colour) composites before, as GradCam.Imaging's <c>Photo</c> does. Premultiplied pixels are taken as they are.
/// </remarks>
public readonly ref struct ImageView
{
    /// <summary>Looks at pixels.</summary>
    /// <param name="pixels">The first byte is the top left pixel's. What lies beyond the last row is ignored.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="format">The order of a pixel's bytes.</param>
    /// <param name="stride">Bytes from a row to the next; 0 where rows follow each other without gaps.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the stride is shorter than a row.</exception>
    /// <exception cref="ArgumentException">There are fewer bytes than the sizes ask for.</exception>
    public ImageView(ReadOnlySpan<byte> pixels, int width, int height, PixelFormat format, int stride = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        long row = (long)width * format.BytesPerPixel();
        if (stride == 0 && row <= int.MaxValue)
            stride = (int)row;
        if (stride < row)
        {
            throw new ArgumentOutOfRangeException(
                nameof(stride), stride, $"A row of {width} {format} pixels has {row} bytes; the stride must be at least that.");
        }

        long needed = (height - 1L) * stride + row;
        if (pixels.Length < needed)
        {
            throw new ArgumentException(
                $"{width}x{height} {format} pixels with a stride of {stride} bytes need {needed} bytes; there are {pixels.Length}.", nameof(pixels));
        }

        Pixels = pixels;
        Width = width;
        Height = height;
        Format = format;
        Stride = stride;
    }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Pixels { get; }

    /// <summary>Pixels in a row; 0 in the default value alone.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The order of a pixel's bytes.</summary>
    public PixelFormat Format { get; }

    /// <summary>Bytes from a row to the next.</summary>
    public int Stride { get; }

    /// <summary>A row's bytes, <see cref="Width"/> pixels.</summary>
    /// <param name="y">The row, 0 at the top.</param>
    public ReadOnlySpan<byte> Row(int y) => Pixels.Slice(checked(y * Stride), Width * Format.BytesPerPixel());
}
