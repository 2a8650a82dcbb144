using System.Runtime.InteropServices;
using GradCam.Imaging.Decoding;
using SkiaSharp;

namespace GradCam.Imaging.Skia.Decoding;

/// <summary>A file's bytes to an upright, opaque photo. What the header claims is checked before memory is taken for it.</summary>
internal static class PhotoDecoder
{
    /// <summary>The reductions that a JPEG decoder makes for nothing, on the coefficients of its blocks of 8x8, strongest first.</summary>
    private static readonly float[] Reductions = [1 / 8f, 1 / 4f, 1 / 2f];

    /// <summary>Decodes.</summary>
    /// <param name="data">The file.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="options">Options.</param>
    /// <param name="buffers">Memory for the pixels.</param>
    /// <param name="leastSide">A JPEG may be reduced as long as its shorter side has so many pixels; 0 for not at all.</param>
    public static unsafe Photo Decode(SKData data, string name, PhotoOptions options, PhotoBuffers buffers, int leastSide = 0)
    {
        PhotoStructure structure = PhotoStructure.Read(data.AsSpan(), name);
        using SKCodec codec = SKCodec.Create(data) ?? throw PhotoStructure.Unreadable(data.AsSpan(), name);
        structure.Check(name, data.Size, codec.Info.Width, codec.Info.Height, options);
        string found = structure.Found(data.Size, codec.Info.Width, codec.Info.Height);
        (int width, int height) = SizeOf(codec, structure.Format, leastSide);

        int length = width * height * 4;
        byte[] pixels = buffers.Stored(length);
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
            LayOnWhite(pixels.AsSpan(0, length));
        else if (structure.Format == PhotoFormat.Webp)
            ClearTransparency(pixels.AsSpan(0, length));
        PhotoOrigin origin = options.ApplyOrientation ? structure.Origin : PhotoOrigin.TopLeft;
        if (origin == PhotoOrigin.TopLeft)
            return new Photo(pixels, width, height, isComplete);
        byte[] upright = buffers.Upright(length);
        Orientation.Apply(
            MemoryMarshal.Cast<byte, uint>(pixels.AsSpan(0, length)), width, height, origin, MemoryMarshal.Cast<byte, uint>(upright.AsSpan(0, length)));
        return Orientation.SwapsSides(origin) ? new Photo(upright, height, width, isComplete) : new Photo(upright, width, height, isComplete);
    }

    private static (int Width, int Height) SizeOf(SKCodec codec, PhotoFormat format, int leastSide)
    {
        if (format == PhotoFormat.Jpeg && leastSide > 0)
        {
            foreach (float reduction in Reductions)
            {
                SKSizeI size = codec.GetScaledDimensions(reduction);
                if (Math.Min(size.Width, size.Height) >= leastSide)
                    return (size.Width, size.Height);
            }
        }

        return (codec.Info.Width, codec.Info.Height);
    }

    private static string Explain(SKCodecResult result) => result switch
    {
        SKCodecResult.IncompleteInput => "the file is cut off before its last row",
        SKCodecResult.ErrorInInput or SKCodecResult.InvalidInput => "the file is damaged, or coded in a way that is not read",
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
