namespace GradCam.Imaging;

/// <summary>Lays heatmaps over photos.</summary>
public static class Overlay
{
    /// <summary>The map is widened in strips of so many rows, so that its floats stay in the cache.</summary>
    private const int StripRows = 16;

    /// <summary>Weights and colours are in units of 1 / 65536.</summary>
    private const int One = 1 << 16;

    /// <summary>Draws a heatmap over the photo it explains. What the network did not see (outside of <see cref="Heatmap.Region"/>) stays as it is.</summary>
    /// <param name="photo">The photo, or a scaled version of it.</param>
    /// <param name="heatmap">The heatmap.</param>
    /// <param name="options">Options.</param>
    /// <returns>A picture of the photo's size.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The opacity is not between 0 and 1.</exception>
    public static Photo Draw(Photo photo, Heatmap heatmap, OverlayOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(photo);
        byte[] pixels = photo.Pixels.ToArray();
        Draw(pixels, photo.Width, photo.Height, heatmap, options);
        return new Photo(pixels, photo.Width, photo.Height);
    }

    /// <summary>Draws a heatmap into the pixels of the photo it explains, which somebody else owns: an image library's, a canvas's.</summary>
    /// <param name="rgba">[height, width, 4] bytes: red, green, blue, and a fourth that stays as it is. A copy of the photo, or a scaled version of it.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="heatmap">The heatmap.</param>
    /// <param name="options">Options.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or the opacity is not between 0 and 1.</exception>
    /// <exception cref="ArgumentException">There are not as many bytes as the sizes ask for.</exception>
    public static void Draw(Span<byte> rgba, int width, int height, Heatmap heatmap, OverlayOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (rgba.Length != (long)width * height * 4)
            throw new ArgumentException($"{width}x{height} pixels of 4 bytes are {(long)width * height * 4} bytes; found {rgba.Length}.", nameof(rgba));
        options ??= new OverlayOptions();
        if (!(options.Opacity >= 0 && options.Opacity <= 1))
            throw new ArgumentOutOfRangeException(nameof(options), options.Opacity, "The opacity lies between 0 and 1.");

        (int[] weights, int[] colors) = Tables(options);
        (int left, int top, int right, int bottom) = Covered(heatmap.Region, width, height);
        float[] strip = new float[checked(StripRows * width)];
        for (int y = top; y < bottom; y += StripRows)
        {
            int rows = Math.Min(StripRows, bottom - y);
            heatmap.ResizeRowsToPhoto(strip, width, height, y, rows);
            for (int row = 0; row < rows; row++)
            {
                ReadOnlySpan<float> values = strip.AsSpan(row * width, width)[left..right];
                Blend(rgba.Slice(((y + row) * width + left) * 4, values.Length * 4), values, weights, colors);
            }
        }
    }

    private static void Blend(Span<byte> pixels, ReadOnlySpan<float> values, ReadOnlySpan<int> weights, ReadOnlySpan<int> colors)
    {
        for (int x = 0; x < values.Length; x++)
        {
            int index = ColorMap.Index(values[x]);
            int weight = weights[index];
            Span<byte> pixel = pixels.Slice(4 * x, 4);
            ReadOnlySpan<int> color = colors.Slice(4 * index, 4);
            pixel[0] = (byte)((pixel[0] * weight + color[0]) >> 16);
            pixel[1] = (byte)((pixel[1] * weight + color[1]) >> 16);
            pixel[2] = (byte)((pixel[2] * weight + color[2]) >> 16);
        }
    }

    /// <summary>
    /// For each of the 256 values: the photo's weight, and the colour times its own, plus the half that rounds (four ints a colour, one unused).
    /// </summary>
    private static (int[] Weights, int[] Colors) Tables(OverlayOptions options)
    {
        int[] weights = new int[256];
        int[] colors = new int[256 * 4];
        ReadOnlySpan<byte> rgb = options.ColorMap.Rgb;
        for (int i = 0; i < 256; i++)
        {
            double opacity = options.Blend == BlendMode.ByHeat ? options.Opacity * i / 255 : options.Opacity;
            int share = (int)Math.Round(opacity * One);
            weights[i] = One - share;
            for (int c = 0; c < 3; c++)
                colors[4 * i + c] = rgb[3 * i + c] * share + One / 2;
        }

        return (weights, colors);
    }

    /// <summary>The pixels that the map lies on.</summary>
    private static (int Left, int Top, int Right, int Bottom) Covered(PhotoRegion region, int width, int height)
    {
        double scaleX = (double)width / region.PhotoWidth;
        double scaleY = (double)height / region.PhotoHeight;
        (double left, double right) = PhotoRegion.PixelsIn(region.Left * scaleX, region.Width * scaleX);
        (double top, double bottom) = PhotoRegion.PixelsIn(region.Top * scaleY, region.Height * scaleY);
        return (Edge(left, width), Edge(top, height), Edge(right, width), Edge(bottom, height));
    }

    private static int Edge(double edge, int size) => (int)Math.Clamp(edge, 0, size);
}
