using SkiaSharp;

namespace GradCam.Imaging.Tests;

/// <summary>Files that end early, and files that claim more than they hold.</summary>
public sealed class DamagedPhotoTests
{
    private const int Size = 24;
    private static readonly byte[] Noise = MakeNoise(Size, Size);

    public static TheoryData<string, byte[]> Formats() => new()
    {
        { "jpeg", EncodedPictures.Encode(Noise, Size, Size, SKEncodedImageFormat.Jpeg) },
        { "progressive jpeg", EncodedPictures.ProgressiveGray(400, 300) },
        { "png", EncodedPictures.Encode(Noise, Size, Size, SKEncodedImageFormat.Png) },
        { "interlaced png", EncodedPictures.Png(Size, Size, bits: 8, colorType: 2, interlaced: true) },
        { "lossless webp", EncodedPictures.Encode(Noise, Size, Size, SKEncodedImageFormat.Webp) },
        { "lossy webp", EncodedPictures.Webp(Noise, Size, Size) },
        { "gif", EncodedPictures.Gif() },
        { "bmp", EncodedPictures.Bmp(Noise, Size, Size) },
    };

    /// <summary>A lossless WebP of 20x14 pixels whose header says that its alpha values do not count. Found by fuzzing.</summary>
    private const string UnusedAlpha =
        "UklGRg4BAABXRUJQVlA4TAEBAAAvE0ADAM10IaL/AYNsI5Vh/rZ/7yAQSAbIH3MGiZEkKZKUxd0F+mtZx3x/////BEAAGg4BAAAAAAAAAAAAAADQC0EQBEEQBEEQBEEQBEFQL9yPMAzD"
        + "MAzDMAzDMAw34F4E6ScEQRAEQRAEQRAEaSC9KIqi/YKiKIqiKHq+BtqLYRiG9SuGYRiGzUMD68VxHMdxvN9x/B008F6CIAiCIIj++AMNopfD4XA4HA6Hw+mvNTU4vVwul8vlcrlcLre/"
        + "h2twe0mSJEmSJEmSJMn+JUmyQfZSFEVRFEVRFEVRVP9RVIPqpWmapmmapmmapmma7v8NupdhGIZhGIZhGIZhGIZpMAA=";

    [Fact]
    public void Alpha_values_that_do_not_count_leave_the_photo_opaque()
    {
        Photo photo = Photo.Decode(Convert.FromBase64String(UnusedAlpha), "alpha", new PhotoOptions { AllowIncomplete = true });

        for (int i = 3; i < photo.Pixels.Length; i += 4)
            Assert.Equal(255, photo.Pixels[i]);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_file_that_is_cut_off_anywhere_is_an_error(string format, byte[] file)
    {
        Assert.True(Photo.Decode(file, format).IsComplete);
        for (int length = 0; length < file.Length; length += length < file.Length - 20 ? 7 : 1)
        {
            string message = Assert.Throws<PhotoException>(() => Photo.Decode(file.AsSpan(0, length), format)).Message;
            Assert.StartsWith(format + ": ", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void What_is_there_of_it_may_be_asked_for(string format, byte[] file)
    {
        var options = new PhotoOptions { AllowIncomplete = true };
        Photo whole = Photo.Decode(file, format, options);
        Assert.True(whole.IsComplete);
        int decoded = 0;
        for (int length = 0; length < file.Length; length++)
        {
            try
            {
                Photo part = Photo.Decode(file.AsSpan(0, length), format, options);
                Assert.False(part.IsComplete);
                Assert.Equal((whole.Width, whole.Height), (part.Width, part.Height));
                Assert.All(part.Pixels.ToArray().Where((_, i) => i % 4 == 3), alpha => Assert.Equal(255, alpha));
                decoded++;
            }
            catch (PhotoException)
            {
                // Nothing of it is there.
            }
        }

        Assert.True(decoded > 0);
    }

    [Fact]
    public void A_PNG_that_was_closed_after_half_of_its_pixels_is_an_error()
    {
        byte[] file = EncodedPictures.Png(64, 64, bits: 8, colorType: 2, heightOfData: 32);
        Assert.StartsWith("closed.png: the file is ", Assert.Throws<PhotoException>(() => Photo.Decode(file, "closed.png")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_rows_are_white()
    {
        byte[] noisy = EncodedPictures.Encode(MakeNoise(64, 64), 64, 64, SKEncodedImageFormat.Png);
        Photo half = Photo.Decode(noisy.AsSpan(0, noisy.Length / 2), options: new PhotoOptions { AllowIncomplete = true });

        Assert.Equal(Photo.Decode(noisy).Row(0), half.Row(0));
        Assert.True(half.Row(63).IndexOfAnyExcept((byte)255) < 0);
    }

    [Fact]
    public void A_real_progressive_JPEG_that_is_cut_off_is_an_error()
    {
        byte[] file = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", "progressive-cut.jpg"));
        string message = Assert.Throws<PhotoException>(() => Photo.Decode(file, "cut.jpg")).Message;
        Assert.StartsWith("cut.jpg: the file is cut off before its end (a Jpeg file of 1200x", message, StringComparison.Ordinal);
        Photo photo = Photo.Decode(file, options: new PhotoOptions { AllowIncomplete = true });
        Assert.False(photo.IsComplete);
        Assert.Equal(1200, photo.Width);
    }

    [Fact]
    public void The_end_of_a_thumbnail_is_not_the_end_of_the_photo()
    {
        byte[] jpeg = EncodedPictures.Encode(Noise, Size, Size, SKEncodedImageFormat.Jpeg);
        byte[] thumbnail = [0xFF, 0xE2, 0, 6, 0xFF, 0xD8, 0xFF, 0xD9];
        byte[] file = [.. jpeg[..2], .. thumbnail, .. jpeg[2..]];
        Assert.True(Photo.Decode(file).IsComplete);
        Assert.Throws<PhotoException>(() => Photo.Decode(file.AsSpan(0, file.Length - 9)));
        // A segment that is said to be longer than the file, whose last bytes look like an end.
        Assert.Throws<PhotoException>(() => Photo.Decode([.. jpeg[..2], 0xFF, 0xE2, 0xFF, 0xFF, 0xFF, 0xD9]));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void What_follows_the_end_does_not_matter(string format, byte[] file) =>
        Assert.True(Photo.Decode([.. file, .. "and more"u8], format).IsComplete);

    [Fact]
    public void The_default_limit_is_100_megapixels()
    {
        string message = AssertRefused(EncodedPictures.PngHeader(10_001, 10_000), "bomb.png");
        Assert.Equal("bomb.png: the photo has 10001x10000 pixels; at most 100000000 are decoded (PhotoOptions.MaxPixels).", message);
    }

    [Fact]
    public void Few_bytes_hold_few_pixels()
    {
        byte[] claims = Convert.FromHexString(
            "89504e470d0a1a0a0000000d4948445200004e1f00004e1f0100000000a7df17590000001149444154789c63601805a360140c77000003e8" +
            "0001b3a6d3460000000049454e44ae426082");
        Assert.Contains("at most 100000000", AssertRefused(claims, "claims.png"), StringComparison.Ordinal);
        Assert.Equal(
            "claims.png: the file is too short for the pixels that its header claims (a Png file of 19999x19999 pixels, 74 bytes).",
            AssertRefused(claims, "claims.png", 1_000_000_000));

        byte[] jpeg = EncodedPictures.Encode(Noise, Size, Size, SKEncodedImageFormat.Jpeg);
        int frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        (jpeg[frame + 5], jpeg[frame + 7]) = (30, 30);
        Assert.Contains("too short", AssertRefused(jpeg, "claims.jpg"), StringComparison.Ordinal);

        byte[] webp = EncodedPictures.Webp(Noise, Size, Size);
        int start = webp.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A]);
        (webp[start + 4], webp[start + 6]) = (30, 30);
        int canvas = webp.AsSpan().IndexOf("VP8X"u8);
        if (canvas >= 0)
            (webp[canvas + 13], webp[canvas + 16]) = (30, 30);
        Assert.Contains("too short", AssertRefused(webp, "claims.webp"), StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[], int, int> OneColor()
    {
        byte[] white = new byte[2000 * 1000 * 4];
        white.AsSpan().Fill(255);
        return new()
        {
            { "png", EncodedPictures.Encode(white, 2000, 1000, SKEncodedImageFormat.Png), 2000, 1000 },
            { "png of one bit", EncodedPictures.Png(3000, 2000, bits: 1, colorType: 0), 3000, 2000 },
            { "png of 16 bits", EncodedPictures.Png(600, 500, bits: 16, colorType: 2), 600, 500 },
            { "jpeg", EncodedPictures.Encode(white, 2000, 1000, SKEncodedImageFormat.Jpeg), 2000, 1000 },
            { "progressive jpeg", EncodedPictures.ProgressiveGray(2000, 1000), 2000, 1000 },
            { "lossless webp", EncodedPictures.Encode(white, 2000, 1000, SKEncodedImageFormat.Webp), 2000, 1000 },
            { "lossy webp", EncodedPictures.Webp(white, 2000, 1000), 2000, 1000 },
        };
    }

    [Theory]
    [MemberData(nameof(OneColor))]
    public void Large_pictures_of_one_color_are_not_refused(string format, byte[] file, int width, int height)
    {
        Photo photo = Photo.Decode(file, format);
        Assert.Equal((width, height, true), (photo.Width, photo.Height, photo.IsComplete));
    }

    [Theory]
    [InlineData("icon", new byte[] { 0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 24, 0, 48, 0, 0, 0, 22, 0, 0, 0 })]
    [InlineData("wbmp", new byte[] { 0, 0, 1, 1, 0 })]
    public void Formats_that_no_camera_writes_are_not_decoded(string format, byte[] file) =>
        Assert.Contains(
            "expected a JPEG, PNG, WebP, GIF or BMP file", Assert.Throws<PhotoException>(() => Photo.Decode(file, format)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("0000001866747970686569630000000068656963", "a HEIC photo")]
    [InlineData("00000018667479706D69663100000000", "a HEIC photo")]
    [InlineData("0000001C667479706176696600000000", "an AVIF picture")]
    [InlineData("00000018667479706372782000000000", "raw file")]
    [InlineData("00000014667479706D70343200000000", "a video")]
    [InlineData("49492A0008000000", "a TIFF")]
    [InlineData("4D4D002A00000008", "a TIFF")]
    [InlineData("FF0A7F0300", "JPEG XL")]
    [InlineData("0000000C4A584C200D0A870A", "JPEG XL")]
    [InlineData("38425053000100000000", "Photoshop")]
    [InlineData("255044462D312E37", "PDF")]
    [InlineData("EFBBBF3C737667", "SVG")]
    [InlineData("3C21444F4354595045", "HTML")]
    public void What_people_take_for_photos_is_named(string start, string name)
    {
        byte[] file = Convert.FromHexString(start);
        string message = Assert.Throws<PhotoException>(() => Photo.Decode(file, "IMG_0001")).Message;
        Assert.StartsWith("IMG_0001: expected a JPEG, PNG, WebP, GIF or BMP file; the file has ", message, StringComparison.Ordinal);
        Assert.Contains(name, message, StringComparison.Ordinal);
        for (int length = 0; length < file.Length; length++)
            Assert.Throws<PhotoException>(() => Photo.Decode(file.AsSpan(0, length)));
        byte[] dicom = [.. new byte[128], .. "DICM"u8];
        Assert.Contains("a DICOM file", Assert.Throws<PhotoException>(() => Photo.Decode(dicom)).Message, StringComparison.Ordinal);
    }

    private static string AssertRefused(byte[] file, string name, long most = 100_000_000)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        string message = Assert.Throws<PhotoException>(() => Photo.Decode(file, name, new PhotoOptions { MaxPixels = most })).Message;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        return message;
    }

    private static byte[] MakeNoise(int width, int height)
    {
        byte[] noise = new byte[width * height * 4];
        new Random(1).NextBytes(noise);
        return noise;
    }
}
