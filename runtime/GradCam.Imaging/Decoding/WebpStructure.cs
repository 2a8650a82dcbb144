using System.Buffers.Binary;

namespace GradCam.Imaging.Decoding;

/// <summary>WebP, RFC 9649: a RIFF file of chunks with a fourcc, a length and data.</summary>
internal static class WebpStructure
{
    private const int RiffHeader = 12;
    private const int ChunkHeader = 8;
    private const int FrameHeader = 10;

    public static bool Begins(ReadOnlySpan<byte> file) => file.Length >= RiffHeader && file.StartsWith("RIFF"u8) && file.Slice(8, 4).SequenceEqual("WEBP"u8);

    public static PhotoStructure Read(ReadOnlySpan<byte> file)
    {
        long end = 8L + BinaryPrimitives.ReadUInt32LittleEndian(file[4..]);
        var structure = new PhotoStructure(PhotoFormat.Webp, IsComplete: file.Length >= end);
        long next;
        for (long at = RiffHeader; at + ChunkHeader <= Math.Min(end, file.Length); at = next)
        {
            ReadOnlySpan<byte> chunk = file[(int)at..];
            ReadOnlySpan<byte> data = chunk[ChunkHeader..];
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            // Chunks begin at even places.
            next = at + ChunkHeader + length + (length & 1);
            data = data[..(int)Math.Min(length, data.Length)];
            if (chunk.StartsWith("VP8 "u8))
                structure = structure with { CanHoldPixels = CanHold(data) };
            else if (chunk.StartsWith("EXIF"u8))
                structure = structure with { Origin = Exif.Orientation(data) };
        }

        return structure;
    }

    /// <summary>Finds the first picture of an animation.</summary>
    /// <param name="file">A WebP file.</param>
    /// <returns>Null where it is no animation, or has no picture.</returns>
    public static WebpPicture? FirstPicture(ReadOnlySpan<byte> file)
    {
        const byte Animation = 0x02;
        const int PlaceLength = 16;
        (int Width, int Height)? whole = null;
        for (long at = RiffHeader; at + ChunkHeader <= file.Length;)
        {
            ReadOnlySpan<byte> chunk = file[(int)at..];
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            ReadOnlySpan<byte> data = chunk.Slice(ChunkHeader, (int)Math.Min(length, chunk.Length - ChunkHeader));
            if (chunk.StartsWith("VP8X"u8) && data.Length >= FrameHeader)
            {
                if ((data[0] & Animation) == 0)
                    return null;
                whole = (Number(data[4..]) + 1, Number(data[7..]) + 1);
            }
            else if (chunk.StartsWith("ANMF"u8) && whole is var (width, height) && data.Length >= PlaceLength)
            {
                int start = (int)at + ChunkHeader + PlaceLength;
                return new WebpPicture(
                    width, height, 2 * Number(data), 2 * Number(data[3..]), Number(data[6..]) + 1, Number(data[9..]) + 1,
                    start..(start + data.Length - PlaceLength));
            }

            at += ChunkHeader + length + (length & 1);
        }

        return null;

        static int Number(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
    }

    /// <summary>
    /// Lossy, RFC 6386: each macroblock of 16x16 states how it is predicted, in more than one bit, since the probabilities of key frames are fixed. (Lossless
    /// files of one colour have no bits for a pixel; there the limit alone holds.)
    /// </summary>
    private static bool CanHold(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < FrameHeader)
            return true;
        long columns = ((BinaryPrimitives.ReadUInt16LittleEndian(frame[6..]) & 0x3FFF) + 15) / 16;
        long rows = ((BinaryPrimitives.ReadUInt16LittleEndian(frame[8..]) & 0x3FFF) + 15) / 16;
        return columns * rows <= 8L * frame.Length;
    }
}
