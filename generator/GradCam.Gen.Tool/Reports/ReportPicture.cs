using GradCam.Imaging;
using SkiaSharp;

namespace GradCam.Gen.Tool.Reports;

/// <summary>A photo as a page has it: a small JPEG.</summary>
internal static class ReportPicture
{
    private static readonly (int Side, int Quality)[] Sizes =
        [(1024, 88), (1024, 80), (800, 80), (640, 80), (640, 70), (512, 70), (384, 70), (320, 60), (256, 50)];

    /// <summary>Encodes a photo, as large as fits.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="room">Bytes that there are for it. The smallest size may take more.</param>
    public static byte[] Of(Photo photo, int room)
    {
        int largest = Sizes[0].Side;
        Photo small = Math.Max(photo.Width, photo.Height) > largest ? photo.ScaleTo(largest) : photo;
        using SKImage whole = SKImage.FromPixelCopy(new SKImageInfo(small.Width, small.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), small.Pixels);
        byte[] file = [];
        foreach ((int side, int quality) in Sizes)
        {
            file = Encode(whole, side, quality);
            if (file.Length <= room)
                break;
        }

        return file;
    }

    private static byte[] Encode(SKImage whole, int side, int quality)
    {
        double scale = Math.Min(1, (double)side / Math.Max(whole.Width, whole.Height));
        var info = new SKImageInfo(
            Math.Max(1, (int)Math.Round(scale * whole.Width)), Math.Max(1, (int)Math.Round(scale * whole.Height)), SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var bitmap = new SKBitmap(info);
        using SKPixmap pixmap = bitmap.PeekPixels();
        // Mipmaps: a pixel is the mean of those that it covers, nearly.
        if (!whole.ScalePixels(pixmap, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear)))
            throw new IOException($"A picture of {whole.Width}x{whole.Height} pixels could not be scaled.");
        using SKData data = pixmap.Encode(new SKJpegEncoderOptions(quality, SKJpegEncoderDownsample.Downsample420, SKJpegEncoderAlphaOption.Ignore))
            ?? throw new IOException($"A picture of {info.Width}x{info.Height} pixels could not be encoded as JPEG.");
        return data.ToArray();
    }
}
