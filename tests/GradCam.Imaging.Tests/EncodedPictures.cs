using System.Buffers.Binary;
using System.IO.Compression;
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

    /// <summary>A lossy WebP. (<see cref="Encode"/> at quality 100 makes a lossless one.)</summary>
    public static unsafe byte[] Webp(byte[] rgba, int width, int height)
    {
        fixed (byte* pixels = rgba)
        {
            using var pixmap = new SKPixmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque), (nint)pixels);
            using SKData data = pixmap.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, 90))!;
            return data.ToArray();
        }
    }

    /// <summary>A JPEG with an EXIF segment of one tag: the orientation.</summary>
    public static byte[] WithOrientation(byte[] jpeg, ushort orientation) =>
        [.. jpeg[..2], 0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. Exif(orientation, isBig: false), .. jpeg[2..]];

    /// <summary>A PNG with an eXIf chunk, before or behind its pixels.</summary>
    public static byte[] PngWithOrientation(byte[] png, ushort orientation, bool isBig, bool isLast)
    {
        int at = isLast ? png.Length - 12 : 33;
        return [.. png[..at], .. PngChunk("eXIf"u8, Exif(orientation, isBig)), .. png[at..]];
    }

    /// <summary>A lossy WebP in the extended format, with an EXIF chunk.</summary>
    public static byte[] WebpWithOrientation(byte[] webp, int width, int height, ushort orientation, bool isBig)
    {
        byte[] extended = [0x08, 0, 0, 0, (byte)(width - 1), 0, 0, (byte)(height - 1), 0, 0];
        byte[] file = [.. webp[..12], .. "VP8X"u8, 10, 0, 0, 0, .. extended, .. webp[12..], .. "EXIF"u8, 26, 0, 0, 0, .. Exif(orientation, isBig)];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        return file;
    }

    /// <summary>A progressive JPEG, gray 128, in as few bytes as there are: one bit for each block's DC coefficient, nothing else.</summary>
    public static byte[] ProgressiveGray(int width, int height)
    {
        byte[] quantization = [0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)1, 64)];
        byte[] frame = [0xFF, 0xC2, 0, 11, 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 1, 1, 0x11, 0];
        byte[] oneCode = [0xFF, 0xC4, 0, 20, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        byte[] scan = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0, 0];
        int blocks = (width + 7) / 8 * ((height + 7) / 8);
        byte[] codes = new byte[(blocks + 7) / 8];
        if (blocks % 8 != 0)
            codes[^1] = (byte)(0xFF >> (blocks % 8));
        return [0xFF, 0xD8, .. quantization, .. frame, .. oneCode, .. scan, .. codes, 0xFF, 0xD9];
    }

    /// <summary>A PNG of zeros.</summary>
    public static byte[] Png(int width, int height, byte bits, byte colorType, bool interlaced = false, int? heightOfData = null)
    {
        byte[] header = [0, 0, 0, 0, 0, 0, 0, 0, bits, colorType, 0, 0, (byte)(interlaced ? 1 : 0)];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            // Enough for the passes of an interlaced one, too: what is too much is not read.
            int channels = colorType == 2 ? 3 : 1;
            zlib.Write(new byte[interlaced ? 2 * width * height * channels * bits / 8 : (heightOfData ?? height) * (1 + (width * channels * bits + 7) / 8)]);
        }

        return [.. Png(header), .. PngChunk("IDAT"u8, compressed.ToArray()), .. PngChunk("IEND"u8, [])];
    }

    /// <summary>A GIF of one red pixel.</summary>
    public static byte[] Gif() =>
        [.. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 255, 0, 0, 255, 255, 255, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B];

    private static byte[] Exif(ushort orientation, bool isBig)
    {
        // The first directory at 8, with one entry: tag 0x0112, one SHORT.
        ushort[] shorts = [42, 0, 8, 1, 0x0112, 3, 1, 0, orientation, 0, 0, 0];
        byte[] exif = new byte[2 + 2 * shorts.Length];
        exif.AsSpan(0, 2).Fill((byte)(isBig ? 'M' : 'I'));
        // Numbers of four bytes have their high half first where bytes have it, too.
        (shorts[1], shorts[2]) = isBig ? (shorts[1], shorts[2]) : (shorts[2], shorts[1]);
        (shorts[6], shorts[7]) = isBig ? (shorts[7], shorts[6]) : (shorts[6], shorts[7]);
        for (int i = 0; i < shorts.Length; i++)
        {
            if (isBig)
                BinaryPrimitives.WriteUInt16BigEndian(exif.AsSpan(2 + 2 * i), shorts[i]);
            else
                BinaryPrimitives.WriteUInt16LittleEndian(exif.AsSpan(2 + 2 * i), shorts[i]);
        }

        return exif;
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
        byte[] header = [0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        return [.. Png(header), .. PngChunk("IDAT"u8, [])];
    }

    private static byte[] Png(byte[] header) => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, .. PngChunk("IHDR"u8, header)];

    public static byte[] PngChunk(ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        byte[] crc = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(crc, Crc32([.. type, .. data]));
        return [.. length, .. type, .. data, .. crc];
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
