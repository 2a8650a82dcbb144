using System.Buffers.Binary;

namespace GradCam.Imaging.Decoding;

/// <summary>EXIF 3.0 (CIPA DC-008): a TIFF structure, whose first directory holds the orientation.</summary>
internal static class Exif
{
    private const ushort OrientationTag = 0x0112;
    private const ushort ShortType = 3;
    private const int EntryBytes = 12;

    /// <summary>The orientation; upright where none is said, or what is said cannot be read.</summary>
    /// <param name="exif">From the byte order on, or from the "Exif" in front of it.</param>
    public static PhotoOrigin Orientation(ReadOnlySpan<byte> exif)
    {
        if (exif.StartsWith("Exif\0\0"u8))
            exif = exif[6..];
        if (exif.Length < 8 || !(exif.StartsWith("II*\0"u8) || exif.StartsWith("MM\0*"u8)))
            return PhotoOrigin.TopLeft;
        bool isBig = exif[0] == 'M';
        uint directory = isBig ? BinaryPrimitives.ReadUInt32BigEndian(exif[4..]) : BinaryPrimitives.ReadUInt32LittleEndian(exif[4..]);
        if (directory > exif.Length - 2)
            return PhotoOrigin.TopLeft;
        ReadOnlySpan<byte> entries = exif[(int)directory..];
        int count = Short(entries, isBig);
        entries = entries[2..];
        for (int i = 0; i < count && entries.Length >= EntryBytes; i++, entries = entries[EntryBytes..])
        {
            // Tag (2), type (2), number of values (4), the value.
            if (Short(entries, isBig) == OrientationTag && Short(entries[2..], isBig) == ShortType)
                return Short(entries[8..], isBig) is >= 1 and <= 8 and var origin ? (PhotoOrigin)origin : PhotoOrigin.TopLeft;
        }

        return PhotoOrigin.TopLeft;
    }

    private static ushort Short(ReadOnlySpan<byte> bytes, bool isBig) =>
        isBig ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
}
