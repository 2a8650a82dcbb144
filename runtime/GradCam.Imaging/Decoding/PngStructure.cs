using System.Buffers.Binary;

namespace GradCam.Imaging.Decoding;

/// <summary>PNG, W3C (third edition, 2025): chunks of a length, a type, data and a checksum, up to IEND.</summary>
internal static class PngStructure
{
    /// <summary>Bytes before the first chunk.</summary>
    public const int SignatureLength = 8;

    /// <summary>Bytes of IHDR's data.</summary>
    public const int HeaderLength = 13;

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
        long at = SignatureLength;
        while (TryReadChunk(file, ref at, out ReadOnlySpan<byte> type, out Range place))
        {
            ReadOnlySpan<byte> data = file[place];
            bool isWhole = at <= file.Length;
            if (type.SequenceEqual("IHDR"u8) && data.Length >= HeaderLength)
                scanlines = Scanlines(data);
            else if (type.SequenceEqual("IDAT"u8))
                compressed += data.Length;
            else if (type.SequenceEqual("eXIf"u8) && isWhole)
                structure = structure with { Origin = Exif.Orientation(data) };
            else if (type.SequenceEqual("IEND"u8) && isWhole)
                return structure with { IsComplete = true, CanHoldPixels = scanlines <= (double)MostBytesAByte * compressed };
        }

        return structure with { CanHoldPixels = scanlines <= (double)MostBytesAByte * compressed };
    }

    /// <summary>Goes behind the next chunk.</summary>
    /// <param name="file">The file.</param>
    /// <param name="at">
    /// Where the chunk begins, <see cref="SignatureLength"/> for the first; then the next one: beyond the file where this one is cut off.
    /// </param>
    /// <param name="type">Its four letters.</param>
    /// <param name="data">Where its data lies, as far as the file has it.</param>
    /// <returns>False where no chunk begins.</returns>
    public static bool TryReadChunk(ReadOnlySpan<byte> file, ref long at, out ReadOnlySpan<byte> type, out Range data)
    {
        type = default;
        data = default;
        if (at + ChunkHeader > file.Length)
            return false;
        int start = (int)at + ChunkHeader;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(file[(int)at..]);
        type = file.Slice((int)at + 4, 4);
        data = start..(int)Math.Min(start + (long)length, file.Length);
        at = start + (long)length + Checksum;
        return true;
    }

    /// <summary>The bytes that the image data decompresses to: rows with their filters' numbers in front. (As doubles, which a lie cannot overflow.)</summary>
    public static double Scanlines(ReadOnlySpan<byte> header)
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
