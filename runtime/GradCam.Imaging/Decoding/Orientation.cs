namespace GradCam.Imaging.Decoding;

/// <summary>Turns and mirrors pixels as EXIF's orientation tag (0x0112) says.</summary>
internal static class Orientation
{
    /// <summary>Square tiles keep both sides of a transposition in the cache.</summary>
    private const int Tile = 32;

    /// <summary>True where rows become columns.</summary>
    public static bool SwapsSides(PhotoOrigin origin) =>
        origin is PhotoOrigin.LeftTop or PhotoOrigin.RightTop or PhotoOrigin.RightBottom or PhotoOrigin.LeftBottom;

    /// <summary>Brings stored pixels upright.</summary>
    /// <param name="source">The pixels, as the file has them.</param>
    /// <param name="width">The stored width.</param>
    /// <param name="height">The stored height.</param>
    /// <param name="origin">Where the stored first row and first column lie in the upright photo.</param>
    /// <param name="destination">As many pixels.</param>
    public static void Apply(ReadOnlySpan<uint> source, int width, int height, PhotoOrigin origin, Span<uint> destination)
    {
        // The pixel at (x, y) of the upright photo is stored at start + x * stepX + y * stepY.
        (int start, int stepX, int stepY) = origin switch
        {
            PhotoOrigin.TopRight => (width - 1, -1, width),
            PhotoOrigin.BottomRight => (width * height - 1, -1, -width),
            PhotoOrigin.BottomLeft => (width * (height - 1), 1, -width),
            PhotoOrigin.LeftTop => (0, width, 1),
            PhotoOrigin.RightTop => (width * (height - 1), -width, 1),
            PhotoOrigin.RightBottom => (width * height - 1, -width, -1),
            PhotoOrigin.LeftBottom => (width - 1, width, -1),
            _ => (0, 1, width),
        };
        (int columns, int rows) = SwapsSides(origin) ? (height, width) : (width, height);
        for (int tileY = 0; tileY < rows; tileY += Tile)
        {
            for (int tileX = 0; tileX < columns; tileX += Tile)
            {
                for (int y = tileY; y < Math.Min(tileY + Tile, rows); y++)
                {
                    for (int x = tileX; x < Math.Min(tileX + Tile, columns); x++)
                        destination[y * columns + x] = source[start + x * stepX + y * stepY];
                }
            }
        }
    }
}
