using System.Runtime.InteropServices;
using GradCam.Images;
using GradCam.Imaging;
using GradCam.Imaging.Tests;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SkiaSharp;

namespace GradCam.ImageSharp.Tests;

/// <summary>A photo is the same whichever library decodes it.</summary>
public sealed class SameAsSkiaTests
{
    public static TheoryData<string, byte[]> Lossless()
    {
        byte[] chelsea = Pictures.Chelsea.Pixels.ToArray();
        (int width, int height) = (Pictures.Chelsea.Width, Pictures.Chelsea.Height);
        return new()
        {
            { "png", File.ReadAllBytes(Pictures.Fixture("chelsea.png")) },
            { "bmp", EncodedPictures.Bmp(chelsea, width, height) },
            { "lossless webp", EncodedPictures.Encode(chelsea, width, height, SKEncodedImageFormat.Webp) },
            { "gif", EncodedPictures.Gif() },
            { "png of one bit", EncodedPictures.Png(30, 20, bits: 1, colorType: 0) },
            { "png of 16 bits", EncodedPictures.Png(60, 50, bits: 16, colorType: 2) },
        };
    }

    [Theory]
    [MemberData(nameof(Lossless))]
    public void Lossless_formats_give_the_same_pixels(string format, byte[] file)
    {
        using Image<Rgba32> image = SafeDecoding.Load(file, format);
        Assert.Equal(Photo.Decode(file).Pixels.ToArray(), Bytes(image).ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Lossy_formats_differ_by_little(bool isWebp)
    {
        byte[] file = isWebp
            ? EncodedPictures.Webp(Pictures.Chelsea.Pixels.ToArray(), Pictures.Chelsea.Width, Pictures.Chelsea.Height)
            : Pictures.Jpeg(SKJpegEncoderDownsample.Downsample444);
        using Image<Rgba32> image = SafeDecoding.Load(file);
        int[] differences = Differences(Photo.Decode(file), image);
        Assert.InRange(differences.Max(), 0, 3);
        Assert.InRange(differences.Count(d => d > 2), 0, differences.Length / 10_000);
    }

    [Theory]
    [InlineData(SKJpegEncoderDownsample.Downsample420)]
    [InlineData(SKJpegEncoderDownsample.Downsample422)]
    [InlineData(SKJpegEncoderDownsample.Downsample444)]
    public void What_a_network_sees_of_a_JPEG_differs_by_less_than_two_levels(SKJpegEncoderDownsample downsample)
    {
        byte[] file = Pictures.Jpeg(downsample);
        using Image<Rgba32> image = SafeDecoding.Load(file);
        Photo photo = Photo.Decode(file);
        // Skia smooths colours that are stored at half the size.
        Assert.InRange(Differences(photo, image).Average(), 0, 0.3);

        const int Input = 224;
        var preprocessor = new ImagePreprocessor(new ImagePreprocessing { Scale = 1 }, channels: 3, Input, Input);
        float[] expected = new float[Input * Input * 3];
        float[] actual = new float[Input * Input * 3];
        preprocessor.Apply(photo, expected);
        preprocessor.Apply(new ImageView(Bytes(image), image.Width, image.Height, PixelFormat.Rgba32), actual);
        Assert.InRange(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max(), 0, 6);
        Assert.InRange(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Average(), 0, 0.25);
    }

    [Fact]
    public void Transparent_pixels_lie_on_white()
    {
        byte[] pixels = [255, 0, 0, 255, 10, 20, 30, 0, 100, 0, 0, 128, 0, 0, 0, 255];
        byte[] file = EncodedPictures.Encode(pixels, 4, 1, SKEncodedImageFormat.Png, alpha: SKAlphaType.Unpremul);
        using Image<Rgba32> image = SafeDecoding.Load(file);
        Assert.InRange(Differences(Photo.Decode(file), image).Max(), 0, 1);
        Assert.Equal(new Rgba32(255, 255, 255), image[1, 0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    public void Exif_orientation_is_honoured(ushort orientation)
    {
        byte[] quarters = EncodedPictures.Quarters(48, 32);
        byte[] png = EncodedPictures.Encode(quarters, 48, 32, SKEncodedImageFormat.Png);
        foreach (byte[] file in new[]
        {
            EncodedPictures.WithOrientation(EncodedPictures.Encode(quarters, 48, 32, SKEncodedImageFormat.Jpeg), orientation),
            EncodedPictures.PngWithOrientation(png, orientation, isBig: true, isLast: false),
            EncodedPictures.PngWithOrientation(png, orientation, isBig: false, isLast: true),
            EncodedPictures.WebpWithOrientation(EncodedPictures.Webp(quarters, 48, 32), 48, 32, orientation, isBig: true),
        })
        {
            using Image<Rgba32> image = SafeDecoding.Load(file);
            // Turned otherwise, three quarters would differ.
            Assert.InRange(Differences(Photo.Decode(file), image).Average(), 0, 5);
            using Image<Rgba32> stored = SafeDecoding.Load(file, options: new PhotoOptions { ApplyOrientation = false });
            Assert.Equal((48, 32), (stored.Width, stored.Height));
        }
    }

    private static Span<byte> Bytes(Image<Rgba32> image) => MemoryMarshal.AsBytes(SafeDecoding.PixelsOf(image));

    private static int[] Differences(Photo photo, Image<Rgba32> image)
    {
        Assert.Equal((photo.Width, photo.Height), (image.Width, image.Height));
        return photo.Pixels.ToArray().Zip(Bytes(image).ToArray(), (a, b) => Math.Abs(a - b)).ToArray();
    }
}
