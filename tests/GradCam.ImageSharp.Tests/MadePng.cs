using System.Buffers.Binary;
using System.IO.Compression;
using GradCam.Imaging.Tests;

namespace GradCam.ImageSharp.Tests;

/// <summary>PNG files of every colour type, of 1 to 16 bits, interlaced or not, written sample by sample.</summary>
internal static class MadePng
{
    private static readonly (int X, int Y, int StepX, int StepY)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    /// <summary>Makes a file.</summary>
    /// <param name="size">Width and height.</param>
    /// <param name="bits">Bits of a sample.</param>
    /// <param name="colorType">0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGBA.</param>
    /// <param name="isInterlaced">Whether in Adam7's passes.</param>
    /// <param name="chunks">Chunks between the header and the pixels: palette, transparency, profiles.</param>
    /// <param name="sample">A sample by x, y and channel.</param>
    public static byte[] Make(
        (int Width, int Height) size, int bits, byte colorType, bool isInterlaced, (string Type, byte[] Data)[] chunks, Func<int, int, int, int> sample)
    {
        int channels = colorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        using var rows = new MemoryStream();
        foreach ((int startX, int startY, int stepX, int stepY) in isInterlaced ? Adam7 : [(0, 0, 1, 1)])
        {
            for (int y = startY; y < size.Height && startX < size.Width; y += stepY)
            {
                rows.WriteByte(0);
                (int kept, int count) = (0, 0);
                for (int x = startX; x < size.Width; x += stepX)
                {
                    for (int channel = 0; channel < channels; channel++)
                    {
                        int value = sample(x, y, channel);
                        if (bits == 16)
                            rows.WriteByte((byte)(value >> 8));
                        (kept, count) = ((kept << Math.Min(bits, 8)) | (value & ((1 << Math.Min(bits, 8)) - 1)), count + Math.Min(bits, 8));
                        if (count == 8)
                        {
                            rows.WriteByte((byte)kept);
                            (kept, count) = (0, 0);
                        }
                    }
                }

                if (count > 0)
                    rows.WriteByte((byte)(kept << (8 - count)));
            }
        }

        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(rows.ToArray());
        byte[] header = [0, 0, 0, 0, 0, 0, 0, 0, (byte)bits, colorType, 0, 0, (byte)(isInterlaced ? 1 : 0)];
        BinaryPrimitives.WriteInt32BigEndian(header, size.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), size.Height);
        List<byte> file = [0x89, .. "PNG\r\n"u8, 26, 10, .. EncodedPictures.PngChunk("IHDR"u8, header)];
        foreach ((string type, byte[] data) in chunks)
            file.AddRange(EncodedPictures.PngChunk(System.Text.Encoding.ASCII.GetBytes(type), data));
        return [.. file, .. EncodedPictures.PngChunk("IDAT"u8, compressed.ToArray()), .. EncodedPictures.PngChunk("IEND"u8, [])];
    }
}
