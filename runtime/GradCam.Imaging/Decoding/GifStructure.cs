namespace GradCam.Imaging.Decoding;

/// <summary>GIF89a (CompuServe 1990): blocks, each of a header and sub-blocks of up to 255 bytes, up to the trailer.</summary>
internal static class GifStructure
{
    private const byte Extension = 0x21;
    private const byte Image = 0x2C;
    private const byte Trailer = 0x3B;
    private const int ScreenDescriptor = 13;
    private const int ImageDescriptor = 10;

    public static bool Begins(ReadOnlySpan<byte> file) => file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8);

    public static PhotoStructure Read(ReadOnlySpan<byte> file) => new(PhotoFormat.Gif, IsComplete(file));

    /// <summary>Where the first picture lies in the whole, whose rest is empty; null where there is none.</summary>
    public static (int X, int Y, int Width, int Height)? FirstPicture(ReadOnlySpan<byte> file)
    {
        if (file.Length < ScreenDescriptor)
            return null;
        int at = ScreenDescriptor + ColorTable(file[10]);
        while (at + 2 < file.Length && file[at] == Extension)
        {
            at += 2;
            while (at < file.Length && file[at] != 0)
                at += 1 + file[at];
            at++;
        }

        return at + ImageDescriptor <= file.Length && file[at] == Image
            ? (Number(file[(at + 1)..]), Number(file[(at + 3)..]), Number(file[(at + 5)..]), Number(file[(at + 7)..]))
            : null;

        static int Number(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8);
    }

    private static bool IsComplete(ReadOnlySpan<byte> file)
    {
        if (file.Length < ScreenDescriptor)
            return false;
        int at = ScreenDescriptor + ColorTable(file[10]);
        while (at < file.Length)
        {
            switch (file[at])
            {
                case Trailer:
                    return true;
                case Extension:
                    at += 2;
                    break;
                case Image when at + ImageDescriptor <= file.Length:
                    // The colour table is followed by the size of the first code.
                    at += ImageDescriptor + ColorTable(file[at + 9]) + 1;
                    break;
                case Image:
                    return false;
                default:
                    // Damaged, which the decoder says, not cut off.
                    return true;
            }

            while (at < file.Length && file[at] != 0)
                at += 1 + file[at];
            at++;
        }

        return false;
    }

    private static int ColorTable(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
}
