using System.Runtime.InteropServices;
using SkiaSharp;

namespace GradCam.Imaging.Skia.Decoding;

/// <summary>Turns and mirrors pixels as EXIF's orientation tag (0x0112) says.</summary>
internal static class Orientation
{
    /// <summary>Square tiles keep both sides of a transposition in the cache.</summary>
    private const int Tile = 32;

    /// <summary>True where rows become columns.</summary>
    public static bool SwapsSides(SKEncodedOrigin origin) =>
        origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;

    /// <summary>Brings stored pixels upright.</summary>
    /// <param name="stored">4 bytes a pixel, as the file has them.</param>
    /// <param name="width">The stored width.</param>
    /// <param name="height">The stored height.</param>
    /// <param name="origin">Where the stored first row and first column lie in the upright photo.</param>
    public static byte[] Apply(byte[] stored, int width, int height, SKEncodedOrigin origin)
    {
        // The pixel at (x, y) of the upright photo is stored at start + x * stepX + y * stepY.
        (int start, int stepX, int stepY) = origin switch
        {
            SKEncodedOrigin.TopRight => (width - 1, -1, width),
            SKEncodedOrigin.BottomRight => (width * height - 1, -1, -width),
            SKEncodedOrigin.BottomLeft => (width * (height - 1), 1, -width),
            SKEncodedOrigin.LeftTop => (0, width, 1),
            SKEncodedOrigin.RightTop => (width * (height - 1), -width, 1),
            SKEncodedOrigin.RightBottom => (width * height - 1, -width, -1),
            SKEncodedOrigin.LeftBottom => (width - 1, width, -1),
            _ => (0, 1, width),
        };
        if (stepX == 1 && stepY == width)
            return stored;

        byte[] upright = GC.AllocateUninitializedArray<byte>(stored.Length);
        ReadOnlySpan<uint> source = MemoryMarshal.Cast<byte, uint>(stored);
        Span<uint> destination = MemoryMarshal.Cast<byte, uint>(upright.AsSpan());
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

        return upright;
    }
}
