using SkiaSharp;

namespace GradCam.Imaging.Skia.Decoding;

/// <summary>
/// What the structure of a photo's file says before anything is decoded. Decoders do not tell all of it: Skia takes half a progressive JPEG for a whole one.
/// </summary>
/// <param name="Format">The format, by the first bytes.</param>
/// <param name="IsComplete">True when the file reaches the end that its format marks. What follows it does not matter.</param>
/// <param name="CanHoldPixels">False when no compression of the format puts as many pixels as the header claims into so few bytes.</param>
/// <param name="Origin">The EXIF orientation, where this reads it; null where the decoder does.</param>
internal readonly record struct PhotoStructure(SKEncodedImageFormat Format, bool IsComplete, bool CanHoldPixels = true, SKEncodedOrigin? Origin = null)
{
    /// <summary>The formats that are read, for messages.</summary>
    public const string Formats = "a JPEG, PNG, WebP, GIF or BMP file";

    /// <summary>Reads the structure of a file; null when it is of none of the formats.</summary>
    public static PhotoStructure? Read(ReadOnlySpan<byte> file)
    {
        if (JpegStructure.Begins(file))
            return JpegStructure.Read(file);
        if (PngStructure.Begins(file))
            return PngStructure.Read(file);
        if (WebpStructure.Begins(file))
            return WebpStructure.Read(file);
        if (GifStructure.Begins(file))
            return GifStructure.Read(file);
        return BmpStructure.Begins(file) ? BmpStructure.Read(file) : null;
    }
}
