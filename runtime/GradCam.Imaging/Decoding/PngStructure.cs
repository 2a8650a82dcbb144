using System.Buffers.Binary;

namespace GradCam.Imaging.Decoding;

/// <summary>PNG, W3C (third edition, 2025): chunks of a length, a type, data and a checksum, up to IEND.</summary>
internal static class PngStructure
{
    private const int ChunkHeader = 8;
    private const int Checksum = 4;

    /// <summary>Deflate's best: 258 bytes for a length and a distance of one bit each.</summary>
    private const int MostBytesAByte = 1032;

    /// <summary>Adam7: for each pass the first column and row, and the steps to the next.</summary>
    private static readonly (int X, int Y, int StepX, int StepY)[] Passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    public static bool Begins(ReadOnlySpan<byte> file) => file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);

    public static PhotoStructure Read(ReadOnlySpan<byte> file)
    {
        var structure = new PhotoStructure(PhotoFormat.Png, IsComplete: false);
        double scanlines = 0;
        long compressed = 0;
        long next;
        for (long at = 8; at + ChunkHeader <= file.Length; at = next)
        {
            ReadOnlySpan<byte> chunk = file[(int)at..];
            uint length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            next = at + ChunkHeader + length + Checksum;
            ReadOnlySpan<byte> type = chunk.Slice(4, 4);
            ReadOnlySpan<byte> data = chunk[ChunkHeader..];
            data = data[..(int)Math.Min(length, data.Length)];
            if (type.SequenceEqual("IHDR"u8) && data.Length >= 13)
                scanlines = Scanlines(data);
            else if (type.SequenceEqual("IDAT"u8))
                compressed += data.Length;
            else if (type.SequenceEqual("eXIf"u8) && next <= file.Length)
                structure = structure with { Origin = Exif.Orientation(data) };
            else if (type.SequenceEqual("IEND"u8) && next <= file.Length)
                return structure with { IsComplete = true, CanHoldPixels = scanlines <= (double)MostBytesAByte * compressed };
        }

        return structure with { CanHoldPixels = scanlines <= (double)MostBytesAByte * compressed };
    }

    /// <summary>The bytes that the image data decompresses to: rows with their filters' numbers in front. (As doubles, which a lie cannot overflow.)</summary>
    private static double Scanlines(ReadOnlySpan<byte> header)
    {
        double width = BinaryPrimitives.ReadUInt32BigEndian(header);
        double height = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        int channels = header[9] switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        int bits = channels * header[8];
        bool interlaced = header[12] == 1;
        if (!interlaced)
            return Pass(width, height, bits);
        double bytes = 0;
        foreach ((int x, int y, int stepX, int stepY) in Passes)
            bytes += Pass(Math.Ceiling((width - x) / stepX), Math.Ceiling((height - y) / stepY), bits);
        return bytes;
    }

    private static double Pass(double width, double height, int bits) => width < 1 || height < 1 ? 0 : height * (1 + Math.Ceiling(width * bits / 8));
}
