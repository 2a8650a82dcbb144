using GradCam.Imaging;
using GradCam.Imaging.Tests;
using SkiaSharp;

namespace GradCam.ImageSharp.Tests;

/// <summary>A real photo in every format, and small made ones.</summary>
internal static class Pictures
{
    public const int Size = 24;

    public static byte[] Noise { get; } = MakeNoise();

    public static Photo Chelsea { get; } = Photo.Decode(Fixture("chelsea.png"));

    public static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Fixtures", name);

    public static TheoryData<string, byte[]> Formats() => new()
    {
        { "jpeg", EncodedPictures.Encode(Noise, Size, Size, SKEncodedImageFormat.Jpeg) },
        { "progressive jpeg", EncodedPictures.ProgressiveGray(100, 80) },
        { "png", EncodedPictures.Encode(Noise, Size, Size, SKEncodedImageFormat.Png) },
        { "interlaced png", EncodedPictures.Png(Size, Size, bits: 8, colorType: 2, interlaced: true) },
        { "lossless webp", EncodedPictures.Encode(Noise, Size, Size, SKEncodedImageFormat.Webp) },
        { "lossy webp", EncodedPictures.Webp(Noise, Size, Size) },
        { "gif", EncodedPictures.Gif() },
        { "bmp", EncodedPictures.Bmp(Noise, Size, Size) },
        { "interlaced png of noise", MadePng.Make((Size, Size), 16, 6, isInterlaced: true, [], (x, y, c) => Noise[4 * (y * Size + x) + c] * 257) },
        {
            "progressive jpeg of four inks",
            MadeJpeg.Make(40, 30, new MadeJpeg.Form([0x22, 0x11, 0x11, 0x22], true, 2, Restart: 4), (c, x, y) => 60 + 40 * c + 9 * (x ^ y))
        },
        { "animated webp", MadeAnimation.Webp(30, 30, (new(2, 4, Size, Size), EncodedPictures.Webp(Noise, Size, Size))) },
        { "animated gif", MadeAnimation.Gif(30, 30, Noise[..384], 5, true, (new(2, 4, Size, Size), (x, y) => (byte)(Noise[y * Size + x] / 2))) },
    };

    public static unsafe byte[] Jpeg(SKJpegEncoderDownsample downsample)
    {
        fixed (byte* pixels = Chelsea.Pixels)
        {
            using var pixmap = new SKPixmap(new SKImageInfo(Chelsea.Width, Chelsea.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), (nint)pixels);
            using SKData data = pixmap.Encode(new SKJpegEncoderOptions(90, downsample, SKJpegEncoderAlphaOption.Ignore))!;
            return data.ToArray();
        }
    }

    private static byte[] MakeNoise()
    {
        byte[] noise = new byte[Size * Size * 4];
        new Random(1).NextBytes(noise);
        return noise;
    }
}
