using GradCam.Images;
using SkiaSharp;

namespace GradCam.Imaging.Tests;

/// <summary>Photos for a network, reduced while they are decoded.</summary>
public sealed class PhotoReaderTests
{
    private const int Width = 1600;
    private const int Height = 1200;
    private const int Input = 56;
    private static readonly byte[] Pixels = Scene();
    private static readonly byte[] Jpeg = EncodedPictures.Encode(Pixels, Width, Height, SKEncodedImageFormat.Jpeg);

    public static TheoryData<int, int, int> Sizes() => new()
    {
        // The input, the size that it is resized to, and by what the photo may be divided.
        { 224, 0, 2 },
        { 56, 0, 8 },
        { 96, 128, 4 },
        { 299, 0, 2 },
        { 600, 0, 1 },
        { 601, 0, 1 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_JPEG_is_reduced_as_far_as_twice_the_input_allows(int input, int resize, int divisor)
    {
        Photo photo = new PhotoReader(Network(input, resize)).Decode(Jpeg);
        Assert.Equal((Width / divisor, Height / divisor), (photo.Width, photo.Height));
        Assert.Equal(photo.Width * photo.Height * 4, photo.Pixels.Length);
    }

    [Fact]
    public void What_the_network_sees_differs_by_little()
    {
        float[] whole = Seen(Photo.Decode(Jpeg));
        float[] reduced = Seen(new PhotoReader(Network(Input, 0)).Decode(Jpeg));
        float[] differences = whole.Zip(reduced, (a, b) => Math.Abs(a - b)).ToArray();
        Assert.InRange(differences.Average(), 0.01, 1.5);
        Assert.InRange(differences.Max(), 0, 20);
    }

    [Fact]
    public void Reduction_can_be_turned_off_and_is_for_JPEG_alone()
    {
        Photo expected = Photo.Decode(Jpeg);
        Photo whole = new PhotoReader(Network(Input, 0)) { ReducesJpeg = false }.Decode(Jpeg);
        Assert.Equal(expected.Pixels, whole.Pixels);
        Photo png = new PhotoReader(Network(Input, 0)).Decode(EncodedPictures.Encode(Pixels, Width, Height, SKEncodedImageFormat.Png));
        Assert.Equal(Width, png.Width);
    }

    [Fact]
    public void Memory_is_kept_from_photo_to_photo()
    {
        byte[] turned = EncodedPictures.WithOrientation(Jpeg, 6);
        var reader = new PhotoReader(Network(Input, 0));
        reader.Decode(turned);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Photo photo = reader.Decode(turned);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
        Assert.Equal((Height / 8, Width / 8), (photo.Width, photo.Height));
    }

    [Fact]
    public void A_smaller_photo_has_nothing_of_a_larger_one_before_it()
    {
        byte[] small = EncodedPictures.Encode(EncodedPictures.Quarters(48, 32), 48, 32, SKEncodedImageFormat.Png);
        var reader = new PhotoReader(Network(Input, 0), new PhotoOptions { AllowIncomplete = true });
        reader.Decode(Jpeg);
        Assert.Equal(Photo.Decode(small).Pixels, reader.Decode(small).Pixels);

        byte[] cut = small[..(small.Length / 2)];
        Photo expected = Photo.Decode(cut, options: new PhotoOptions { AllowIncomplete = true });
        reader.Decode(Jpeg);
        Assert.Equal(expected.Pixels, reader.Decode(cut).Pixels);
    }

    [Fact]
    public void Damaged_files_are_errors_here_too()
    {
        var reader = new PhotoReader(Network(Input, 0), new PhotoOptions { MaxPixels = Width * Height });
        byte[] cut = Jpeg[..(Jpeg.Length / 2)];
        Assert.Contains("cut off", Assert.Throws<PhotoException>(() => reader.Decode(cut, "cut.jpg")).Message, StringComparison.Ordinal);
        var strict = new PhotoReader(Network(Input, 0), new PhotoOptions { MaxPixels = Width * Height - 1 });
        Assert.Contains("at most", Assert.Throws<PhotoException>(() => strict.Decode(Jpeg)).Message, StringComparison.Ordinal);
    }

    private static NetworkInfo Network(int input, int resize) => GridSession.Info(input, input, resize);

    private static float[] Seen(Photo photo)
    {
        float[] seen = new float[Input * Input * 3];
        new ImagePreprocessor(new ImagePreprocessing { Scale = 1 }, 3, Input, Input).Apply(photo, seen);
        return seen;
    }

    /// <summary>Waves from wide to as fine as a pixel, in three colours.</summary>
    private static byte[] Scene()
    {
        byte[] pixels = new byte[Width * Height * 4];
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                double wave = Math.Sin(x * x / 1500.0) * Math.Sin(y * y / 1500.0);
                Span<byte> pixel = pixels.AsSpan((y * Width + x) * 4, 4);
                pixel[0] = (byte)(128 + 100 * wave);
                pixel[1] = (byte)(x * 255 / Width);
                pixel[2] = (byte)(128 + 100 * Math.Sin((x + 2 * y) / 40.0));
                pixel[3] = 255;
            }
        }

        return pixels;
    }
}
