namespace GradCam.Runtime.Tests.Explain;

public class ImageViewTests
{
    [Fact]
    public void Rows_are_found_by_the_stride()
    {
        var image = new ImageView([1, 2, 3, 0, 4, 5, 6], 1, 2, PixelFormat.Rgb24, stride: 4);
        Assert.Equal([4, 5, 6], image.Row(1).ToArray());
    }

    [Fact]
    public void The_last_row_needs_no_gap() => Assert.Equal([9], new ImageView([0, 0, 0, 0, 9], 1, 2, PixelFormat.Gray8, stride: 4).Row(1).ToArray());

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, -1, 0)]
    [InlineData(2, 2, 5)]
    [InlineData(2, 2, -6)]
    [InlineData(int.MaxValue, 1, 0)]
    public void Impossible_sizes_are_refused(int width, int height, int stride) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageView(new byte[64], width, height, PixelFormat.Rgb24, stride));

    [Fact]
    public void Too_few_bytes_are_refused_with_both_numbers()
    {
        string message = Assert.Throws<ArgumentException>(() => new ImageView(new byte[3 * 4 * 5 - 1], 4, 5, PixelFormat.Rgb24)).Message;
        Assert.Contains("60 bytes", message, StringComparison.Ordinal);
        Assert.Contains("59", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ImageView(new byte[64], 40_000, 40_000, PixelFormat.Rgba32));
    }

    [Fact]
    public void Unknown_formats_are_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new ImageView(new byte[64], 1, 1, (PixelFormat)9));
}
