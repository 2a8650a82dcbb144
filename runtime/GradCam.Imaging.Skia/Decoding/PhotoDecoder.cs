using GradCam.Imaging.Decoding;
using SkiaSharp;

namespace GradCam.Imaging.Skia.Decoding;

/// <summary>A file's bytes to an upright, opaque photo. What the header claims is checked before memory is taken for it.</summary>
internal static class PhotoDecoder
{
    public static unsafe Photo Decode(SKData data, string name, PhotoOptions options)
    {
        PhotoStructure structure = PhotoStructure.Read(data.AsSpan(), name);
        using SKCodec codec = SKCodec.Create(data) ?? throw PhotoStructure.Unreadable(data.AsSpan(), name);
        (int width, int height) = (codec.Info.Width, codec.Info.Height);
        structure.Check(name, data.Size, width, height, options);

        byte[] pixels = new byte[width * height * 4];
        // Premultiplied is what a blend on white needs; opaque files are not touched by it.
        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul);
        SKCodecResult result;
        fixed (byte* destination = pixels)
            result = codec.GetPixels(info, (nint)destination);
        bool isComplete = structure.IsComplete && result == SKCodecResult.Success;
        if (result != SKCodecResult.Success && !(result == SKCodecResult.IncompleteInput && options.AllowIncomplete))
            throw new PhotoException($"{name}: {Explain(result)} ({structure.Found(data.Size, width, height)}).");

        // Rows that are missing are transparent, also in a file without transparency.
        if (codec.Info.AlphaType != SKAlphaType.Opaque || !isComplete)
            LayOnWhite(pixels);
        else if (structure.Format == PhotoFormat.Webp)
            ClearTransparency(pixels);
        PhotoOrigin origin = options.ApplyOrientation ? structure.Origin : PhotoOrigin.TopLeft;
        pixels = Orientation.Apply(pixels, width, height, origin);
        return Orientation.SwapsSides(origin) ? new Photo(pixels, height, width, isComplete) : new Photo(pixels, width, height, isComplete);
    }

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
