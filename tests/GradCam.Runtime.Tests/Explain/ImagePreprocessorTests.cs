using GradCam.Conformance;
using GradCam.Images;

namespace GradCam.Runtime.Tests.Explain;

public class ImagePreprocessorTests
{
    private static readonly ImagePreprocessing Plain = new() { Scale = 1 };

    public static TheoryData<int> Photos()
    {
        var indices = new TheoryData<int>();
        for (int i = 0; i < ResizeFixture.Load().Photos.Length; i++)
            indices.Add(i);
        return indices;
    }

    [Theory]
    [MemberData(nameof(Photos))]
    public void Resizing_is_PyTorchs_antialiased_bilinear(int index)
    {
        ResizedPhoto expected = ResizeFixture.Load().Photos[index];
        (int height, int width) = (expected.Photo[0], expected.Photo[1]);
        foreach (PixelFormat format in new[] { PixelFormat.Rgb24, PixelFormat.Bgr24, PixelFormat.Rgba32, PixelFormat.Bgra32 })
        {
            var image = new ImageView(ResizeFixture.Picture(height, width, format, gap: 5), width, height, format, width * format.BytesPerPixel() + 5);
            float[] actual = Apply(image, Plain with { ResizeShorterSide = expected.Shorter }, 3, expected.Input[0], expected.Input[1], out _);
            for (int i = 0; i < actual.Length; i++)
                Assert.True(Math.Abs(actual[i] - expected.Hwc[i]) < 255 * 2e-6f, $"{format}, float {i}: {actual[i]} instead of {expected.Hwc[i]}");
        }
    }

    [Fact]
    public void A_photo_of_the_inputs_size_passes_unchanged()
    {
        foreach (PixelFormat format in new[] { PixelFormat.Rgb24, PixelFormat.Bgra32 })
        {
            foreach (int shorter in new[] { 0, 33 })
            {
                var image = new ImageView(ResizeFixture.Picture(33, 47, format), 47, 33, format);
                float[] actual = Apply(image, Plain with { ResizeShorterSide = shorter }, 3, 33, 47, out PhotoRegion region);
                for (int i = 0; i < actual.Length; i++)
                    Assert.Equal(ResizeFixture.Pixel(i / 3 / 47, i / 3 % 47, i % 3), actual[i]);
                Assert.True(region.IsWhole);
            }
        }
    }

    [Fact]
    public void Scale_mean_and_std_follow_the_resize()
    {
        var preprocessing = new ImagePreprocessing { Mean = [0.485f, 0.456f, 0.406f], StandardDeviation = [0.229f, 0.224f, 0.225f] };
        var image = new ImageView(ResizeFixture.Picture(6, 7), 7, 6, PixelFormat.Rgb24);
        float[] actual = Apply(image, preprocessing, 3, 6, 7, out _);
        for (int i = 0; i < actual.Length; i++)
        {
            double expected = (ResizeFixture.Pixel(i / 3 / 7, i / 3 % 7, i % 3) / 255.0 - preprocessing.Mean[i % 3]) / preprocessing.StandardDeviation[i % 3];
            Assert.Equal(expected, actual[i], 1e-6);
        }
    }

    [Fact]
    public void Bgr_networks_get_blue_first()
    {
        foreach (PixelFormat format in new[] { PixelFormat.Rgb24, PixelFormat.Bgr24 })
        {
            var image = new ImageView(ResizeFixture.Picture(2, 2, format), 2, 2, format);
            float[] actual = Apply(image, Plain with { Order = ChannelOrder.Bgr }, 3, 2, 2, out _);
            Assert.Equal([ResizeFixture.Pixel(1, 1, 2), ResizeFixture.Pixel(1, 1, 1), ResizeFixture.Pixel(1, 1, 0)], actual[9..12].Select(v => (byte)v));
        }
    }

    [Fact]
    public void Gray_networks_get_luma()
    {
        foreach (PixelFormat format in new[] { PixelFormat.Rgb24, PixelFormat.Bgra32 })
        {
            var image = new ImageView(ResizeFixture.Picture(3, 4, format), 4, 3, format);
            float[] actual = Apply(image, Plain with { Order = ChannelOrder.Gray }, 1, 3, 4, out _);
            for (int i = 0; i < actual.Length; i++)
            {
                (int y, int x) = (i / 4, i % 4);
                double expected = 0.299 * ResizeFixture.Pixel(y, x, 0) + 0.587 * ResizeFixture.Pixel(y, x, 1) + 0.114 * ResizeFixture.Pixel(y, x, 2);
                Assert.Equal(expected, actual[i], 1e-3);
            }
        }
    }

    [Fact]
    public void Gray_photos_fill_all_channels()
    {
        var image = new ImageView(ResizeFixture.Picture(5, 3, PixelFormat.Gray8), 3, 5, PixelFormat.Gray8);
        float[] actual = Apply(image, Plain, 3, 5, 3, out _);
        for (int i = 0; i < actual.Length; i++)
            Assert.Equal(ResizeFixture.Pixel(i / 3 / 3, i / 3 % 3, 0), actual[i]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public void A_photo_of_one_pixel_fills_the_input(int shorter)
    {
        var image = new ImageView([10, 20, 30], 1, 1, PixelFormat.Rgb24);
        float[] actual = Apply(image, Plain with { ResizeShorterSide = shorter }, 3, 224, 224, out _);
        for (int i = 0; i < actual.Length; i++)
            Assert.Equal(10 * (i % 3 + 1), actual[i], 1e-4f);
    }

    [Fact]
    public void A_very_wide_photo_is_cropped_at_its_centre()
    {
        const int width = 20_000;
        byte[] pixels = new byte[width * 30 * 3];
        // Only the middle 30x30 is bright: after resize 256 and crop 224 nothing else is seen.
        for (int y = 0; y < 30; y++)
            pixels.AsSpan((y * width + width / 2 - 15) * 3, 30 * 3).Fill(200);
        var image = new ImageView(pixels, width, 30, PixelFormat.Rgb24);
        float[] actual = Apply(image, Plain with { ResizeShorterSide = 256 }, 3, 224, 224, out PhotoRegion region);
        Assert.All(actual, v => Assert.Equal(200, v, 1e-3f));
        Assert.Equal(width / 2.0, region.Left + region.Width / 2, 0.1);
        Assert.Equal(30 * 224 / 256.0, region.Height, 1e-9);
    }

    [Fact]
    public void A_very_wide_photo_is_squashed_within_one_row_of_memory()
    {
        const int width = 20_000;
        byte[] pixels = new byte[width * 40 * 4];
        for (int i = 0; i < pixels.Length; i += 4)
            pixels[i] = pixels[i + 1] = pixels[i + 2] = (byte)(i / 4 % width < width / 2 ? 50 : 150);
        var preprocessor = new ImagePreprocessor(Plain, 3, 224, 224);
        float[] input = new float[224 * 224 * 3];
        long before = GC.GetAllocatedBytesForCurrentThread();
        preprocessor.Apply(new ImageView(pixels, width, 40, PixelFormat.Rgba32), input);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        Assert.Equal(50, input[0], 1e-3f);
        Assert.Equal(150, input[^1], 1e-3f);
    }

    [Fact]
    public void An_input_wider_than_the_resized_photo_is_covered_all_the_same()
    {
        var image = new ImageView(ResizeFixture.Picture(30, 30), 30, 30, PixelFormat.Rgb24);
        float[] actual = Apply(image, Plain with { ResizeShorterSide = 10 }, 3, 12, 24, out PhotoRegion region);
        Assert.DoesNotContain(actual, v => v is < 0 or > 255 || float.IsNaN(v));
        Assert.Equal(30, region.Width, 1e-9);
        Assert.Equal(15, region.Height, 1e-9);
        Assert.Equal(7.5, region.Top, 1e-9);
    }

    [Fact]
    public void Photos_of_one_size_allocate_nothing()
    {
        var preprocessor = new ImagePreprocessor(Plain with { ResizeShorterSide = 20 }, 3, 16, 16);
        byte[] pixels = ResizeFixture.Picture(50, 70);
        float[] input = new float[16 * 16 * 3];
        Assert.Equal(0, Allocations.Of(() => preprocessor.Apply(new ImageView(pixels, 70, 50, PixelFormat.Rgb24), input)));
    }

    [Fact]
    public void Preprocessing_that_does_not_fit_is_refused()
    {
        string mean = Assert.Throws<ArgumentException>(() => new ImagePreprocessor(Plain with { Mean = [1, 2] }, 3, 4, 4)).Message;
        Assert.Contains("mean has 2 values; the input has 3", mean, StringComparison.Ordinal);
        string std = Assert.Throws<ArgumentException>(() => new ImagePreprocessor(Plain with { StandardDeviation = [1, 0, 1] }, 3, 4, 4)).Message;
        Assert.Contains("std of 0", std, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ImagePreprocessor(Plain, 3, 4, 4).Apply(default, new float[48]));
        Assert.Throws<ArgumentException>(() => new ImagePreprocessor(Plain, 3, 4, 4).Apply(new ImageView([1], 1, 1, PixelFormat.Gray8), new float[47]));
        Assert.Contains("6 channels", Assert.Throws<InvalidOperationException>(
            () => new ImagePreprocessor(Plain, 6, 1, 1).Apply(new ImageView([1], 1, 1, PixelFormat.Gray8), new float[6])).Message, StringComparison.Ordinal);
    }

    private static float[] Apply(ImageView image, ImagePreprocessing preprocessing, int channels, int height, int width, out PhotoRegion region)
    {
        float[] input = new float[channels * height * width];
        region = new ImagePreprocessor(preprocessing, channels, height, width).Apply(image, input);
        return input;
    }
}
