using GradCam.Imaging;
using GradCam.Imaging.Tests;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace GradCam.ImageSharp.Tests;

/// <summary>Files that end early, claim more than they hold, were changed at random, or were made to do harm.</summary>
public sealed class SafeDecodingTests
{
    /// <summary>Tags, sizes and a directory that is its own successor.</summary>
    private static readonly byte[] BigTiff =
        [0x49, 0x49, 0x2B, 0, 8, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0];

    public static TheoryData<string, byte[]> Formats() => Pictures.Formats();

    [Fact]
    public void A_BigTIFF_is_refused_by_its_first_bytes()
    {
        string message = Assert.Throws<PhotoException>(() => SafeDecoding.Load(BigTiff, "crafted.tif")).Message;
        Assert.StartsWith("crafted.tif: expected a JPEG, PNG, WebP, GIF or BMP file; the file has 28 bytes", message, StringComparison.Ordinal);
        Assert.Throws<UnknownImageFormatException>(() => Image.Load(SafeDecoding.Configuration, BigTiff));
        Assert.Null(Image.Identify(SafeDecoding.Configuration, new MemoryStream(BigTiff)));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_file_that_is_cut_off_anywhere_is_an_error(string format, byte[] file)
    {
        SafeDecoding.Load(file, format).Dispose();
        for (int length = 0; length < file.Length; length += length < file.Length - 20 ? 7 : 1)
        {
            string message = Assert.Throws<PhotoException>(() => SafeDecoding.Load(file.AsSpan(0, length), format)).Message;
            Assert.StartsWith(format + ": ", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void What_is_there_of_it_is_decoded_or_is_an_error(string format, byte[] file)
    {
        var options = new PhotoOptions { AllowIncomplete = true };
        for (int length = 0; length < file.Length; length += 5)
            DecodesOrThrows(file.AsSpan(0, length), format, options);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_file_that_was_changed_at_random_is_decoded_or_is_an_error(string format, byte[] file)
    {
        var random = new Random(7);
        var options = new PhotoOptions { MaxPixels = 1_000_000, AllowIncomplete = true };
        for (int i = 0; i < 300; i++)
        {
            byte[] changed = (byte[])file.Clone();
            for (int change = random.Next(1, 4); change > 0; change--)
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            DecodesOrThrows(changed, format, options);
        }
    }

    [Fact]
    public void A_real_progressive_JPEG_that_is_cut_off_is_an_error()
    {
        string path = Pictures.Fixture("progressive-cut.jpg");
        string message = Assert.Throws<PhotoException>(() => SafeDecoding.Load(path)).Message;
        Assert.StartsWith(path + ": the file is cut off before its end (a Jpeg file of 1200x", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_configuration_itself_has_the_limits()
    {
        byte[] bomb = EncodedPictures.PngHeader(10_001, 10_000);
        string message = Assert.Throws<PhotoException>(() => Image.Load(SafeDecoding.Configuration, bomb)).Message;
        Assert.Contains("at most 100000000", message, StringComparison.Ordinal);
        byte[] png = EncodedPictures.Encode(Pictures.Noise, Pictures.Size, Pictures.Size, SkiaSharp.SKEncodedImageFormat.Png);
        Assert.Throws<PhotoException>(() => Image.Load<Rgba32>(SafeDecoding.Configuration, png.AsSpan(0, png.Length - 20)));
        using Image image = Image.Load(SafeDecoding.Configuration, png);
        Assert.Equal(Pictures.Size, image.Width);
    }

    [Fact]
    public void Few_bytes_hold_few_pixels()
    {
        byte[] claims = Convert.FromHexString(
            "89504e470d0a1a0a0000000d4948445200004e1f00004e1f0100000000a7df17590000001149444154789c63601805a360140c77000003e8" +
            "0001b3a6d3460000000049454e44ae426082");
        long before = GC.GetAllocatedBytesForCurrentThread();
        var options = new PhotoOptions { MaxPixels = 1_000_000_000 };
        Assert.Contains("too short", Assert.Throws<PhotoException>(() => SafeDecoding.Load(claims, "claims.png", options)).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    [Fact]
    public void An_ICC_profile_is_not_parsed()
    {
        // A profile of 0xFF bytes says that it has four billion tags.
        byte[] profile = [.. "ICC_PROFILE\0"u8, 1, 1, .. Enumerable.Repeat((byte)0xFF, 200)];
        byte[] jpeg = EncodedPictures.Encode(Pictures.Noise, Pictures.Size, Pictures.Size, SkiaSharp.SKEncodedImageFormat.Jpeg);
        byte[] file = [.. jpeg[..2], 0xFF, 0xE2, 0, (byte)(profile.Length + 2), .. profile, .. jpeg[2..]];
        using Image<Rgba32> image = SafeDecoding.Load(file);
        Assert.Null(image.Metadata.IccProfile);
        Assert.Equal(Photo.Decode(jpeg).Width, image.Width);
    }

    private static void DecodesOrThrows(ReadOnlySpan<byte> file, string format, PhotoOptions options)
    {
        try
        {
            using Image<Rgba32> image = SafeDecoding.Load(file, format, options);
            Assert.InRange((long)image.Width * image.Height, 1, options.MaxPixels);
        }
        catch (PhotoException exception)
        {
            Assert.StartsWith(format + ": ", exception.Message, StringComparison.Ordinal);
        }
    }
}
