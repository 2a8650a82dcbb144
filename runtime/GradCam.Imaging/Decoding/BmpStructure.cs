using System.Buffers.Binary;

namespace GradCam.Imaging.Decoding;

/// <summary>BMP (Windows' BITMAPFILEHEADER and BITMAPINFOHEADER, and OS/2's BITMAPCOREHEADER): headers, then rows of known length.</summary>
internal static class BmpStructure
{
    private const int CoreHeader = 12;
    private const int InfoHeader = 40;
    private const int FileHeader = 14;

    public static bool Begins(ReadOnlySpan<byte> file) => file.StartsWith("BM"u8) && file.Length >= FileHeader + 4;

    public static PhotoStructure Read(ReadOnlySpan<byte> file) => new(PhotoFormat.Bmp, IsComplete: End(file) <= file.Length);

    /// <summary>Where the file ends by its headers.</summary>
    private static long End(ReadOnlySpan<byte> file)
    {
        uint pixels = BinaryPrimitives.ReadUInt32LittleEndian(file[10..]);
        uint headerLength = BinaryPrimitives.ReadUInt32LittleEndian(file[FileHeader..]);
        ReadOnlySpan<byte> header = file[FileHeader..];
        if (header.Length < Math.Min(headerLength, InfoHeader))
            return long.MaxValue;
        if (headerLength == CoreHeader)
        {
            ushort coreWidth = BinaryPrimitives.ReadUInt16LittleEndian(header[4..]);
            ushort coreHeight = BinaryPrimitives.ReadUInt16LittleEndian(header[6..]);
            return pixels + Stride(coreWidth, BinaryPrimitives.ReadUInt16LittleEndian(header[10..])) * coreHeight;
        }

        if (headerLength < InfoHeader)
            return 0;
        int width = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        // Negative where the first row is the top one.
        int height = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        uint compression = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
        bool hasRows = compression is 0 or 3 or 6;
        return pixels + (hasRows ? Stride(width, BinaryPrimitives.ReadUInt16LittleEndian(header[14..])) * Math.Abs((long)height)
            : BinaryPrimitives.ReadUInt32LittleEndian(header[20..]));
    }

    /// <summary>Bytes of a row: a multiple of four.</summary>
    private static long Stride(int width, int bitsPerPixel) => width <= 0 ? 0 : ((long)width * bitsPerPixel + 31) / 32 * 4;
}
