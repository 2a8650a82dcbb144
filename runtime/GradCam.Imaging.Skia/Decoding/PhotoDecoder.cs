using SkiaSharp;

namespace GradCam.Imaging.Skia.Decoding;

/// <summary>A file's bytes to an upright, opaque photo. What the header claims is checked before memory is taken for it.</summary>
internal static class PhotoDecoder
{
    public static unsafe Photo Decode(SKData data, string name, PhotoOptions options)
    {
        PhotoStructure structure = PhotoStructure.Read(data.AsSpan())
            ?? throw new PhotoException($"{name}: expected {PhotoStructure.Formats}; {Describe(data.AsSpan())}.");
        using SKCodec codec = SKCodec.Create(data)
            ?? throw new PhotoException($"{name}: expected {PhotoStructure.Formats}; {Describe(data.AsSpan())}, but is damaged or cut off within its header.");
        (int width, int height) = (codec.Info.Width, codec.Info.Height);
        string found = $"a {structure.Format} file of {width}x{height} pixels, {data.Size} bytes";
        // A .NET array holds somewhat less than 2^31 bytes.
        long most = Math.Min(options.MaxPixels, Array.MaxLength / 4);
        if (width <= 0 || height <= 0 || (long)width * height > most)
            throw new PhotoException($"{name}: the photo has {width}x{height} pixels; at most {most} are decoded (PhotoOptions.MaxPixels).");
        if (!structure.CanHoldPixels)
            throw new PhotoException($"{name}: the file is too short for the pixels that its header claims ({found}).");
        if (!structure.IsComplete && !options.AllowIncomplete)
            throw new PhotoException($"{name}: the file is cut off before its end ({found}); PhotoOptions.AllowIncomplete takes what is there.");

        byte[] pixels = new byte[width * height * 4];
        // Premultiplied is what a blend on white needs; opaque files are not touched by it.
        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul);
        SKCodecResult result;
        fixed (byte* destination = pixels)
            result = codec.GetPixels(info, (nint)destination);
        bool isComplete = structure.IsComplete && result == SKCodecResult.Success;
        if (result != SKCodecResult.Success && !(result == SKCodecResult.IncompleteInput && options.AllowIncomplete))
            throw new PhotoException($"{name}: {Explain(result)} ({found}).");

        // Rows that are missing are transparent, also in a file without transparency.
        if (codec.Info.AlphaType != SKAlphaType.Opaque || !isComplete)
            LayOnWhite(pixels);
        else if (codec.EncodedFormat == SKEncodedImageFormat.Webp)
            ClearTransparency(pixels);
        SKEncodedOrigin origin = options.ApplyOrientation ? structure.Origin ?? codec.EncodedOrigin : SKEncodedOrigin.TopLeft;
        pixels = Orientation.Apply(pixels, width, height, origin);
        return Orientation.SwapsSides(origin) ? new Photo(pixels, height, width, isComplete) : new Photo(pixels, width, height, isComplete);
    }

    private static string Describe(ReadOnlySpan<byte> file) => file.Length == 0
        ? "the file is empty"
        : $"the file has {file.Length} bytes and begins with {Convert.ToHexString(file[..Math.Min(8, file.Length)])}";

    private static string Explain(SKCodecResult result) => result switch
    {
        SKCodecResult.IncompleteInput => "the file is cut off before its last row",
        SKCodecResult.ErrorInInput or SKCodecResult.InvalidInput => "the file is damaged",
        _ => $"the file could not be decoded ({result})",
    };

    /// <summary>A lossless WebP may have alpha values and say in its header that they do not count: libwebp hands them on.</summary>
    private static void ClearTransparency(Span<byte> pixels)
    {
        for (int i = 3; i < pixels.Length; i += 4)
            pixels[i] = 255;
    }

    /// <summary>colour = premultiplied colour + (1 - alpha) white.</summary>
    private static void LayOnWhite(Span<byte> pixels)
    {
        for (int i = 0; i < pixels.Length; i += 4)
        {
            int rest = 255 - pixels[i + 3];
            if (rest == 0)
                continue;
            pixels[i] = (byte)Math.Min(pixels[i] + rest, 255);
            pixels[i + 1] = (byte)Math.Min(pixels[i + 1] + rest, 255);
            pixels[i + 2] = (byte)Math.Min(pixels[i + 2] + rest, 255);
            pixels[i + 3] = 255;
        }
    }
}
