using System.Buffers.Binary;

namespace GradCam.Imaging.Decoding;

/// <summary>JPEG, ITU T.81 (1992), annex B: segments and entropy-coded data between markers, up to EOI.</summary>
internal static class JpegStructure
{
    private const byte Sof0 = 0xC0;
    private const byte Sof1 = 0xC1;
    private const byte Sof2 = 0xC2;
    private const byte Rst0 = 0xD0;
    private const byte Soi = 0xD8;
    private const byte Eoi = 0xD9;
    private const byte App1 = 0xE1;

    public static bool Begins(ReadOnlySpan<byte> file) => file.StartsWith((ReadOnlySpan<byte>)[0xFF, Soi, 0xFF]);

    public static PhotoStructure Read(ReadOnlySpan<byte> file)
    {
        var structure = new PhotoStructure(PhotoFormat.Jpeg, IsComplete: false);
        bool hasOrigin = false;
        int at = 2;
        while (NextMarker(file, ref at) is byte marker)
        {
            if (marker == Eoi)
                return structure with { IsComplete = true };
            if (at + 2 > file.Length)
                break;
            int length = BinaryPrimitives.ReadUInt16BigEndian(file[at..]);
            ReadOnlySpan<byte> segment = file.Slice(at, Math.Min(length, file.Length - at));
            if (marker is Sof0 or Sof1 or Sof2)
            {
                structure = structure with { CanHoldPixels = structure.CanHoldPixels && FewestBits(segment, marker) <= 8L * file.Length };
            }
            else if (marker == App1 && !hasOrigin && segment.Length > 2 && segment[2..].StartsWith("Exif\0\0"u8))
            {
                // Of several, the first counts.
                structure = structure with { Origin = Exif.Orientation(segment[2..]) };
                hasOrigin = true;
            }

            at = (int)Math.Min((long)at + Math.Max(2, length), file.Length);
        }

        return structure;
    }

    /// <summary>Goes behind the next marker, over entropy-coded data, in which 0xFF is followed by 0 or begins a restart marker.</summary>
    public static byte? NextMarker(ReadOnlySpan<byte> file, ref int at)
    {
        while (at < file.Length)
        {
            int next = file[at..].IndexOf((byte)0xFF);
            if (next < 0)
                break;
            at += next + 1;
            // Any number of 0xFF may stand before a marker.
            while (at < file.Length && file[at] == 0xFF)
                at++;
            if (at == file.Length)
                break;
            byte marker = file[at++];
            if (marker is not (0 or 1 or (>= Rst0 and <= Soi)))
                return marker;
        }

        at = file.Length;
        return null;
    }

    /// <summary>
    /// The fewest bits of a frame of that size: each block of 8x8 has at least one code for its DC coefficient, in a sequential frame also one that ends its AC
    /// coefficients, and a Huffman code has at least one bit.
    /// </summary>
    private static long FewestBits(ReadOnlySpan<byte> frame, byte marker)
    {
        // Length (2), precision, height (2), width (2), number of components, then for each: id, sampling factors, table.
        if (frame.Length < 8 || frame.Length < 8 + 3 * frame[7])
            return 0;
        int height = BinaryPrimitives.ReadUInt16BigEndian(frame[3..]);
        int width = BinaryPrimitives.ReadUInt16BigEndian(frame[5..]);
        ReadOnlySpan<byte> components = frame.Slice(8, 3 * frame[7]);
        (int mostX, int mostY) = (1, 1);
        for (int i = 1; i < components.Length; i += 3)
            (mostX, mostY) = (Math.Max(mostX, components[i] >> 4), Math.Max(mostY, components[i] & 15));

        long blocks = 0;
        for (int i = 1; i < components.Length; i += 3)
            blocks += Blocks(width, components[i] >> 4, mostX) * Blocks(height, components[i] & 15, mostY);
        return marker == Sof2 ? blocks : 2 * blocks;
    }

    private static long Blocks(int size, int sampling, int most) => ((long)size * sampling / most + 7) / 8;
}
