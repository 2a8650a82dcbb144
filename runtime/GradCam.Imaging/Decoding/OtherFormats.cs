namespace GradCam.Imaging.Decoding;

/// <summary>What people take for photos and no decoder here reads, by its first bytes, for messages.</summary>
internal static class OtherFormats
{
    private const string RawFile = "a TIFF or a camera's raw file: export it as PNG or JPEG";

    /// <summary>What a file is; null where nothing is known of it.</summary>
    public static string? NameOf(ReadOnlySpan<byte> file)
    {
        // ISO base media, ISO/IEC 14496-12: a length, "ftyp" and the brand.
        if (file.Length >= 12 && file.Slice(4, 4).SequenceEqual("ftyp"u8))
        {
            ReadOnlySpan<byte> brand = file.Slice(8, 4);
            if (brand.StartsWith("hei"u8) || brand.StartsWith("hev"u8) || brand.SequenceEqual("mif1"u8) || brand.SequenceEqual("msf1"u8))
                return "a HEIC photo, as phones take them: convert it to JPEG, or set the phone to take these";
            if (brand.StartsWith("avi"u8))
                return "an AVIF picture: convert it to PNG or JPEG";
            return brand.SequenceEqual("crx "u8) ? RawFile : "a video";
        }

        if (file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8) || file.StartsWith("II+\0"u8) || file.StartsWith("MM\0+"u8))
            return RawFile;
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]) || file.StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 12, .. "JXL "u8]))
            return "a JPEG XL picture: convert it to PNG or JPEG";
        if (file.StartsWith("8BPS"u8))
            return "a Photoshop file: export it as PNG or JPEG";
        if (file.StartsWith("%PDF"u8))
            return "a PDF file";
        if (file.Length >= 132 && file.Slice(128, 4).SequenceEqual("DICM"u8))
            return "a DICOM file: its pixels can be passed as an ImageView";
        ReadOnlySpan<byte> text = file.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? file[3..] : file;
        return text.StartsWith("<"u8) ? "text: a drawing (SVG) or a page (HTML)" : null;
    }
}
