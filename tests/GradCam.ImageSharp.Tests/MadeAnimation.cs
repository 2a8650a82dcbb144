using System.Buffers.Binary;

namespace GradCam.ImageSharp.Tests;

/// <summary>Animations: their first pictures may be smaller than the whole.</summary>
internal static class MadeAnimation
{
    /// <summary>A picture of an animation.</summary>
    /// <param name="X">Where its first column lies.</param>
    /// <param name="Y">Where its first row lies.</param>
    /// <param name="Width">Its width.</param>
    /// <param name="Height">Its height.</param>
    public readonly record struct Place(int X, int Y, int Width, int Height);

    /// <summary>A GIF with 128 colours.</summary>
    /// <param name="width">Width of the whole.</param>
    /// <param name="height">Height of the whole.</param>
    /// <param name="palette">Colours, three bytes each.</param>
    /// <param name="transparent">The colour that stands for none; null for none.</param>
    /// <param name="interlaced">Whether rows come in four passes.</param>
    /// <param name="frames">Where each picture lies, and the colour of a pixel by its x and y in the picture.</param>
    public static byte[] Gif(
        int width, int height, byte[] palette, byte? transparent, bool interlaced, params (Place Place, Func<int, int, byte> Color)[] frames)
    {
        byte[] colors = new byte[3 * 128];
        palette.CopyTo(colors, 0);
        List<byte> file = [.. "GIF89a"u8, (byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8), 0x86, 1, 0, .. colors];
        foreach ((Place place, Func<int, int, byte> color) in frames)
        {
            file.AddRange([0x21, 0xF9, 4, (byte)(transparent is null ? 0 : 1), 10, 0, transparent ?? 0, 0]);
            file.AddRange([0x2C, (byte)place.X, 0, (byte)place.Y, 0]);
            file.AddRange([(byte)place.Width, (byte)(place.Width >> 8), (byte)place.Height, (byte)(place.Height >> 8)]);
            file.AddRange([(byte)(interlaced ? 0x40 : 0), 7]);
            // Codes of eight bits as long as the table is emptied in time: 128 empties it, 129 ends.
            List<byte> codes = [];
            int[] rows = [.. Enumerable.Range(0, place.Height)];
            if (interlaced)
                rows = [.. rows.Where(y => y % 8 == 0), .. rows.Where(y => y % 8 == 4), .. rows.Where(y => y % 4 == 2), .. rows.Where(y => y % 2 == 1)];
            int since = 0;
            foreach (int y in rows)
            {
                for (int x = 0; x < place.Width; x++, since++)
                {
                    if (since % 100 == 0)
                        codes.Add(128);
                    codes.Add(color(x, y));
                }
            }

            codes.Add(129);
            foreach (byte[] block in codes.Chunk(255))
                file.AddRange([(byte)block.Length, .. block]);
            file.Add(0);
        }

        file.Add(0x3B);
        return [.. file];
    }

    /// <summary>A WebP of several pictures.</summary>
    /// <param name="width">Width of the whole.</param>
    /// <param name="height">Height of the whole.</param>
    /// <param name="frames">Where each lies, at even places, and its file.</param>
    public static byte[] Webp(int width, int height, params (Place Place, byte[] File)[] frames)
    {
        List<byte> chunks =
            [.. Chunk("VP8X"u8, [0x12, 0, 0, 0, .. Three(width - 1), .. Three(height - 1)]), .. Chunk("ANIM"u8, [0, 0, 255, 255, 0, 0])];
        foreach ((Place place, byte[] file) in frames)
        {
            byte[] pixels = file[12..];
            // Of a file in the extended format, what is behind that header.
            if (pixels.AsSpan().StartsWith("VP8X"u8))
                pixels = pixels[18..];
            byte[] where = [.. Three(place.X / 2), .. Three(place.Y / 2), .. Three(place.Width - 1), .. Three(place.Height - 1)];
            chunks.AddRange(Chunk("ANMF"u8, [.. where, 100, 0, 0, 0, .. pixels]));
        }

        return [.. "RIFF"u8, .. Four(chunks.Count + 4), .. "WEBP"u8, .. chunks];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data) => [.. type, .. Four(data.Length), .. data, .. new byte[data.Length % 2]];

    private static byte[] Three(int value) => Four(value)[..3];

    private static byte[] Four(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
