using System.Buffers.Binary;
using SkiaSharp;

namespace GradCam.Imaging.Tests;

/// <summary>Picture files made in memory.</summary>
internal static class EncodedPictures
{
    /// <summary>Red, green, blue and white quarters, RGBA.</summary>
    public static byte[] Quarters(int width, int height)
    {
        byte[] pixels = new byte[width * height * 4];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                uint color = (y < height / 2, x < width / 2) switch
                {
                    (true, true) => 0xFF0000FF,
                    (true, false) => 0x00FF00FF,
                    (false, true) => 0x0000FFFF,
                    _ => 0xFFFFFFFF,
                };
                BinaryPrimitives.WriteUInt32BigEndian(pixels.AsSpan((y * width + x) * 4), color);
            }
        }

        return pixels;
    }

    public static unsafe byte[] Encode(byte[] rgba, int width, int height, SKEncodedImageFormat format, SKAlphaType alpha = SKAlphaType.Opaque)
    {
        fixed (byte* pixels = rgba)
        {
            using var pixmap = new SKPixmap(new SKImageInfo(width, height, SKColorType.Rgba8888, alpha), (nint)pixels);
            using SKData data = pixmap.Encode(format, quality: 100)!;
            return data.ToArray();
        }
    }

    /// <summary>A JPEG with an EXIF segment of one tag: the orientation.</summary>
    public static byte[] WithOrientation(byte[] jpeg, ushort orientation)
    {
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, (byte)'E', (byte)'x', (byte)'i', (byte)'f', 0, 0,
            (byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, // little-endian TIFF, first directory at 8
            1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, // one entry: tag 0x0112, one SHORT
            0, 0, 0, 0,
        ];
        return [.. jpeg[..2], .. exif, .. jpeg[2..]];
    }

    /// <summary>An uncompressed 24-bit BMP.</summary>
    public static byte[] Bmp(byte[] rgba, int width, int height)
    {
        int stride = (width * 3 + 3) / 4 * 4;
        byte[] file = new byte[54 + stride * height];
        file[0] = (byte)'B';
        file[1] = (byte)'M';
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), 54);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), height);
        file[26] = 1;
        file[28] = 24;
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int from = (y * width + x) * 4;
                int to = 54 + (height - 1 - y) * stride + x * 3;
                (file[to], file[to + 1], file[to + 2]) = (rgba[from + 2], rgba[from + 1], rgba[from]);
            }
        }

        return file;
    }

    /// <summary>The header of a PNG that claims a size, and nothing behind it.</summary>
    public static byte[] PngHeader(int width, int height)
    {
        byte[] chunk = new byte[17];
        "IHDR"u8.CopyTo(chunk);
        BinaryPrimitives.WriteInt32BigEndian(chunk.AsSpan(4), width);
        BinaryPrimitives.WriteInt32BigEndian(chunk.AsSpan(8), height);
        (chunk[12], chunk[13]) = (8, 2);
        byte[] crc = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(crc, Crc32(chunk));
        byte[] idat = [0, 0, 0, 0, (byte)'I', (byte)'D', (byte)'A', (byte)'T', 0x35, 0xAF, 0x06, 0x1E];
        return [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0, 0, 0, 13, .. chunk, .. crc, .. idat];
    }

    /// <summary>CRC-32 of PNG, ISO 3309.</summary>
    private static uint Crc32(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int i = 0; i < 8; i++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }
}
