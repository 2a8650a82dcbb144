namespace GradCam.Imaging;

/// <summary>A picture in memory, RGBA with 8 bits a channel, opaque, upright: a decoded photo, or an overlay to be written.</summary>
public sealed class Photo
{
    private readonly byte[] _pixels;

    /// <summary>Copies pixels.</summary>
    /// <param name="image">The pixels.</param>
    public Photo(in ImageView image)
        : this(CopyPixels(image), image.Width, image.Height)
    {
    }

    /// <summary>Takes pixels as they are; the array may be longer.</summary>
    internal Photo(byte[] pixels, int width, int height, bool isComplete = true)
    {
        _pixels = pixels;
        Width = width;
        Height = height;
        IsComplete = isComplete;
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>
    /// False for a photo that was decoded, as was asked for, from a file that ends early: rows are missing, which are white, or details of all of it.
    /// </summary>
    public bool IsComplete { get; }

    /// <summary>[height, width, 4] bytes: red, green, blue, and 255.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels.AsSpan(0, Width * Height * 4);

    /// <summary>The pixels as sessions take them.</summary>
    public static implicit operator ImageView(Photo photo) => (photo ?? throw new ArgumentNullException(nameof(photo))).ToImageView();

    /// <summary>The pixels as sessions take them, for languages without implicit conversions.</summary>
    public ImageView ToImageView() => new(_pixels, Width, Height, PixelFormat.Rgba32);

    /// <summary>Lays two pictures side by side on white, of the height of the higher one.</summary>
    /// <param name="left">The left one.</param>
    /// <param name="right">The right one.</param>
    /// <param name="gap">White pixels between them.</param>
    public static Photo SideBySide(Photo left, Photo right, int gap = 8)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        ArgumentOutOfRangeException.ThrowIfNegative(gap);
        int width = checked(left.Width + gap + right.Width);
        int height = Math.Max(left.Height, right.Height);
        byte[] pixels = new byte[checked(width * height * 4)];
        pixels.AsSpan().Fill(255);
        foreach ((Photo part, int x) in new[] { (left, 0), (right, left.Width + gap) })
        {
            for (int y = 0; y < part.Height; y++)
                part.Row(y).CopyTo(pixels.AsSpan((y * width + x) * 4));
        }

        return new Photo(pixels, width, height);
    }

    /// <summary>Makes a smaller or larger picture of the same shape: each pixel the mean of those that it covers, of one at least.</summary>
    /// <param name="longerSide">The size of its longer side, at least 1.</param>
    public Photo ScaleTo(int longerSide)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(longerSide);
        return PhotoScaling.Fit(this, longerSide);
    }

    internal ReadOnlySpan<byte> Row(int y) => _pixels.AsSpan(y * Width * 4, Width * 4);

    private static byte[] CopyPixels(in ImageView image)
    {
        int size = image.Format.BytesPerPixel();
        (int red, int blue) = image.Format is PixelFormat.Bgr24 or PixelFormat.Bgra32 ? (2, 0) : (0, 2);
        int green = 1;
        if (size == 1)
            (green, blue) = (0, 0);
        byte[] pixels = new byte[checked(image.Width * image.Height * 4)];
        int to = 0;
        for (int y = 0; y < image.Height; y++)
        {
            ReadOnlySpan<byte> row = image.Row(y);
            for (int from = 0; from < row.Length; from += size, to += 4)
            {
                pixels[to] = row[from + red];
                pixels[to + 1] = row[from + green];
                pixels[to + 2] = row[from + blue];
                pixels[to + 3] = 255;
            }
        }

        return pixels;
    }
}
