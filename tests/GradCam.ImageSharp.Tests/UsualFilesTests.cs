using System.Buffers.Binary;
using System.Runtime.InteropServices;
using GradCam.Imaging;
using GradCam.Imaging.Tests;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SkiaSharp;

namespace GradCam.ImageSharp.Tests;

/// <summary>The kinds of files that cameras, scanners, editors and browsers write: what they show, by both libraries.</summary>
public sealed class UsualFilesTests
{
    private const int Width = 37;
    private const int Height = 29;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    public static TheoryData<int, byte> PngKinds() => new()
    {
        { 1, 0 }, { 2, 0 }, { 4, 0 }, { 8, 0 }, { 16, 0 }, { 8, 2 }, { 16, 2 }, { 1, 3 }, { 2, 3 }, { 4, 3 }, { 8, 3 },
        { 8, 4 }, { 16, 4 }, { 8, 6 }, { 16, 6 },
    };

    [Theory]
    [MemberData(nameof(PngKinds))]
    public void A_PNG_of_every_kind_shows_its_samples_on_white(int bits, byte colorType)
    {
        int most = (1 << bits) - 1;
        byte[] palette = [.. Enumerable.Range(0, 3 << Math.Min(bits, 8)).Select(i => (byte)(i * 37))];
        byte[] alphas = [.. Enumerable.Range(0, (1 << Math.Min(bits, 8)) / 2).Select(i => (byte)(i * 41))];
        // A gray, or a colour, that stands for transparency; its neighbour does not.
        int hidden = most / 3;
        byte[] transparent = colorType switch
        {
            0 => Twice(hidden, 1),
            2 => Twice(hidden, 3),
            3 => alphas,
            _ => [],
        };
        (string, byte[])[] chunks =
            [.. colorType == 3 ? [("PLTE", palette)] : ((string, byte[])[])[], .. transparent.Length > 0 ? [("tRNS", transparent)] : ((string, byte[])[])[]];
        foreach (bool isInterlaced in (bool[])[false, true])
        {
            byte[] file = MadePng.Make((Width, Height), bits, colorType, isInterlaced, chunks, Sample);
            AssertShows(file, bits == 16 ? 1.5 : 1, Expected);
        }

        int Sample(int x, int y, int channel)
        {
            if (colorType == 3)
                return (x + y) & most;
            if (transparent.Length > 0 && x < 8)
                return hidden + (x < 4 || bits < 8 ? 0 : 1);
            return channel switch
            {
                0 => x * most / (Width - 1),
                1 => y * most / (Height - 1),
                2 => (x + y) % 8 * most / 7,
                _ => (x * 3 + y) % 16 * most / 15,
            };
        }

        double Expected(int x, int y, int channel)
        {
            double Level(int c) => Sample(x, y, c) * 255.0 / most;
            int index = Sample(x, y, 0);
            bool isHidden = transparent.Length > 0 && index == hidden && (colorType == 0 || (Sample(x, y, 1) == hidden && Sample(x, y, 2) == hidden));
            (double color, double alpha) = colorType switch
            {
                0 => (Level(0), isHidden ? 0 : 255),
                2 => (Level(channel), isHidden ? 0 : 255),
                3 => (palette[3 * index + channel], index < alphas.Length ? alphas[index] : 255),
                4 => (Level(0), Level(1)),
                _ => (Level(channel), Level(3)),
            };
            return (color * alpha + 255 * (255 - alpha)) / 255;
        }
    }

    [Fact]
    public void Profiles_and_chunks_about_colours_change_nothing()
    {
        static int Sample(int x, int y, int channel) => (x * 7 + y * 5 + channel * 50) % 256;
        byte[] profile = [.. "profile\0\0"u8, 0x78, 0x9C, 1, 0, 0, 0xFF, 0xFF, 0, 0, 0, 1];
        foreach ((string, byte[])[] chunks in ((string, byte[])[][])
        [
            [("gAMA", [0, 1, 0x86, 0xA0])],
            [("sRGB", [0])],
            [("iCCP", profile)],
            [("cICP", [9, 16, 0, 1])],
            [("cHRM", new byte[32]), ("bKGD", [0, 200, 0, 0, 0, 0]), ("pHYs", [0, 0, 0, 1, 0, 0, 0, 2, 0])],
        ])
        {
            AssertShows(MadePng.Make((Width, Height), 8, 2, false, chunks, Sample), 0, (x, y, channel) => Sample(x, y, channel));
        }
    }

    public static TheoryData<string, byte[], bool, byte?> JpegKinds()
    {
        var kinds = new TheoryData<string, byte[], bool, byte?>();
        foreach (bool isProgressive in (bool[])[false, true])
        {
            kinds.Add("gray", [0x11], isProgressive, null);
            kinds.Add("gray", [0x22], isProgressive, null);
            kinds.Add("YCbCr", [0x11, 0x11, 0x11], isProgressive, null);
            kinds.Add("YCbCr", [0x22, 0x11, 0x11], isProgressive, null);
            kinds.Add("YCbCr", [0x21, 0x11, 0x11], isProgressive, null);
            kinds.Add("YCbCr", [0x12, 0x11, 0x11], isProgressive, null);
            kinds.Add("YCbCr", [0x41, 0x11, 0x11], isProgressive, null);
            kinds.Add("YCbCr", [0x11, 0x11, 0x11], isProgressive, 1);
            kinds.Add("RGB", [0x11, 0x11, 0x11], isProgressive, 0);
            kinds.Add("CMYK", [0x11, 0x11, 0x11, 0x11], isProgressive, 0);
            kinds.Add("CMYK", [0x11, 0x11, 0x11, 0x11], isProgressive, null);
            kinds.Add("YCCK", [0x11, 0x11, 0x11, 0x11], isProgressive, 2);
            kinds.Add("YCCK", [0x22, 0x11, 0x11, 0x22], isProgressive, 2);
        }

        return kinds;
    }

    [Theory]
    [MemberData(nameof(JpegKinds))]
    public void A_JPEG_of_every_kind_shows_its_colours(string colors, byte[] sampling, bool isProgressive, byte? adobe)
    {
        // Colours alike everywhere, so that it does not matter how they are enlarged.
        int[] means = colors is "YCbCr" or "YCCK" ? [0, 150, 110, 190] : [0, 90, 140, 190];
        int Level(int component, int x, int y) => component == 0 ? 70 + (x * 17 + y * 29) % 100 : means[component];
        double[] mean = [70 + 50, means[1], means[2], means[3]];
        double[] expected = Rgb(mean);
        byte[]? first = null;
        foreach (int restart in (int[])[0, 1, 2, 3, 6, 50])
        {
            byte[] file = MadeJpeg.Make(45, 37, new MadeJpeg.Form(sampling, isProgressive, adobe, restart), Level);
            Photo photo = Photo.Decode(file);
            using Image<Rgba32> image = SafeDecoding.Load(file);
            Assert.Equal((45, 37), (photo.Width, photo.Height));
            byte[] pixels = Bytes(image).ToArray();
            // Restarts do not show.
            first ??= pixels;
            Assert.Equal(first, pixels);
            Assert.InRange(photo.Pixels.ToArray().Zip(pixels, (a, b) => Math.Abs(a - b)).Max(), 0, 3);
            for (int channel = 0; channel < 3; channel++)
            {
                double found = photo.Pixels.ToArray().Where((_, i) => i % 4 == channel).Average(value => (double)value);
                Assert.InRange(found, expected[channel] - 12, expected[channel] + 12);
            }
        }

        double[] Rgb(double[] c)
        {
            double[] ycc = [c[0] + 1.402 * (c[2] - 128), c[0] - 0.344 * (c[1] - 128) - 0.714 * (c[2] - 128), c[0] + 1.772 * (c[1] - 128)];
            // Editors store inks as what is left of the light: 255 is none.
            return colors switch
            {
                "gray" => [c[0], c[0], c[0]],
                "RGB" => c[..3],
                "YCbCr" => ycc,
                "CMYK" => [.. c[..3].Select(ink => ink * c[3] / 255)],
                _ => [.. ycc.Select(light => (255 - light) * c[3] / 255)],
            };
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x11 }, false, null)]
    [InlineData(new byte[] { 0x22, 0x11, 0x11 }, true, null)]
    [InlineData(new byte[] { 0x11, 0x11, 0x11, 0x11 }, false, (byte)0)]
    [InlineData(new byte[] { 0x22, 0x11, 0x11, 0x22 }, true, (byte)2)]
    public void A_JPEG_of_every_kind_is_reduced_for_a_network(byte[] sampling, bool isProgressive, byte? adobe)
    {
        byte[] file = MadeJpeg.Make(1003, 805, new MadeJpeg.Form(sampling, isProgressive, adobe), (c, x, y) => 60 + (x + y * 2 + c * 40) % 140);
        double whole = Photo.Decode(file).Pixels.ToArray().Average(value => (double)value);
        foreach ((int input, int width, int height) in ((int, int, int)[])[(32, 126, 101), (100, 251, 202), (200, 502, 403)])
        {
            Photo photo = new PhotoReader(GridSession.Info(input, input, 0)).Decode(file);
            Assert.Equal((width, height), (photo.Width, photo.Height));
            Assert.InRange(photo.Pixels.ToArray().Average(value => (double)value), whole - 0.5, whole + 0.5);
        }
    }

    public static TheoryData<string, byte[]> Animations()
    {
        byte[] palette = [.. Enumerable.Range(0, 3 * 128).Select(i => (byte)(i * 37))];
        byte[] whole = EncodedPictures.Quarters(40, 30), part = EncodedPictures.Quarters(20, 14);
        byte[] faint = (byte[])part.Clone();
        for (int i = 3; i < faint.Length; i += 4)
            faint[i] = (byte)(i / 4 * 11);
        var here = new MadeAnimation.Place(6, 4, 20, 14);
        var everywhere = new MadeAnimation.Place(0, 0, 40, 30);
        (MadeAnimation.Place, byte[]) next = (here, EncodedPictures.Webp(part, 20, 14));
        var files = new TheoryData<string, byte[]>
        {
            { "lossy WebP", MadeAnimation.Webp(40, 30, (everywhere, EncodedPictures.Webp(whole, 40, 30)), next) },
            { "lossless WebP", MadeAnimation.Webp(40, 30, (everywhere, EncodedPictures.Encode(whole, 40, 30, SKEncodedImageFormat.Webp)), next) },
            { "lossy part, WebP", MadeAnimation.Webp(40, 30, next, next) },
            { "lossless part, WebP", MadeAnimation.Webp(40, 30, (here, EncodedPictures.Encode(part, 20, 14, SKEncodedImageFormat.Webp)), next) },
            { "lossy faint part, WebP", MadeAnimation.Webp(40, 30, (here, LossyWithAlpha(faint, 20, 14)), next) },
            {
                "lossless faint part, WebP",
                MadeAnimation.Webp(40, 30, (here, EncodedPictures.Encode(faint, 20, 14, SKEncodedImageFormat.Webp, SKAlphaType.Unpremul)), next)
            },
        };
        foreach (bool isInterlaced in (bool[])[false, true])
        {
            foreach (byte? transparent in (byte?[])[null, 5])
            {
                foreach (MadeAnimation.Place place in (MadeAnimation.Place[])[everywhere, here])
                {
                    files.Add(
                        $"GIF {place} {transparent} {isInterlaced}",
                        MadeAnimation.Gif(40, 30, palette, transparent, isInterlaced, (place, (x, y) => (byte)((x + y * 3) % 10)), (everywhere, (_, _) => 7)));
                }
            }
        }

        return files;
    }

    [Theory]
    [MemberData(nameof(Animations))]
    public void Of_an_animation_the_first_picture_is_shown_on_white(string kind, byte[] file)
    {
        Photo photo = Photo.Decode(file, kind);
        AssertShows(file, 2, (x, y, channel) => photo.Row(y)[4 * x + channel]);
        bool isPart = kind.Contains("part", StringComparison.Ordinal) || kind.Contains("X = 6", StringComparison.Ordinal);
        Assert.Equal(isPart, photo.Row(0)[..12].IndexOfAnyExcept((byte)255) < 0 && photo.Row(29).IndexOfAnyExcept((byte)255) < 0);
        Assert.True(photo.Row(6).IndexOfAnyExcept((byte)255) >= 0);
    }

    [Fact]
    public void A_picture_beyond_its_animation_is_damage()
    {
        byte[] part = EncodedPictures.Webp(EncodedPictures.Quarters(20, 14), 20, 14);
        byte[] beyond = MadeAnimation.Webp(40, 30, (new(30, 20, 20, 14), part));
        Assert.Contains("damaged", Assert.Throws<PhotoException>(() => SafeDecoding.Load(beyond, "beyond.webp")).Message, StringComparison.Ordinal);
        byte[] another = MadeAnimation.Webp(40, 30, (new(0, 0, 18, 14), part));
        Assert.Contains("damaged", Assert.Throws<PhotoException>(() => SafeDecoding.Load(another, "another.webp")).Message, StringComparison.Ordinal);
        Assert.Contains("at most", AssertRefused(MadeAnimation.Webp(16_000, 16_000, (new(0, 0, 20, 14), part))), StringComparison.Ordinal);
        byte[] whole = MadeAnimation.Webp(40, 30, (new(0, 0, 20, 14), part));
        for (int length = 0; length < whole.Length; length += 3)
        {
            Assert.Throws<PhotoException>(() => SafeDecoding.Load(whole.AsSpan(0, length)));
            DecodesOrThrows(whole[..length]);
        }
    }

    [Fact]
    public void An_interlaced_PNG_with_empty_passes_is_an_error_and_no_endless_loop()
    {
        for (int width = 1; width < 8; width++)
        {
            for (int height = 1; height < 10; height++)
            {
                byte[] file = MadePng.Make((width, height), 8, 2, isInterlaced: true, [], (x, y, c) => 20 * x + 9 * y + c);
                if (width >= 5)
                    AssertShows(file, 0, (x, y, c) => 20 * x + 9 * y + c);
                else
                    Assert.Contains("interlaced PNG files of fewer than 5 columns", AssertRefused(file), StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_PNG_with_too_few_rows_ends(bool isInterlaced)
    {
        byte[] whole = MadePng.Make((Width, Height), 8, 2, isInterlaced, [], (x, y, c) => 20 * x + 9 * y + c);
        for (int height = Height + 1; height < 3 * Height; height += 7)
        {
            byte[] claims = (byte[])whole.Clone();
            BinaryPrimitives.WriteInt32BigEndian(claims.AsSpan(20), height);
            byte[] header = EncodedPictures.PngChunk("IHDR"u8, claims[16..29]);
            header.CopyTo(claims, 8);
            DecodesOrThrows(claims);
            Assert.Throws<PhotoException>(() => Photo.Decode(claims));
        }
    }

    [Theory]
    [InlineData(0xC3)]
    [InlineData(0xC5)]
    [InlineData(0xCA)]
    public void A_JPEG_of_a_rare_coding_is_an_error_that_says_so(byte frame)
    {
        byte[] file = MadeJpeg.Make(45, 37, new MadeJpeg.Form([0x11, 0x11, 0x11]), (_, _, _) => 128);
        file[file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]) + 1] = frame;
        Assert.Contains("coded in a way", AssertRefused(file), StringComparison.Ordinal);
        Assert.Contains("coded in a way", Assert.Throws<PhotoException>(() => Photo.Decode(file)).Message, StringComparison.Ordinal);
    }

    private static unsafe byte[] LossyWithAlpha(byte[] rgba, int width, int height)
    {
        fixed (byte* pixels = rgba)
        {
            using var pixmap = new SKPixmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul), (nint)pixels);
            using SKData data = pixmap.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, 90))!;
            return data.ToArray();
        }
    }

    private static byte[] Twice(int value, int count) => [.. Enumerable.Repeat((byte[])[(byte)(value >> 8), (byte)value], count).SelectMany(bytes => bytes)];

    /// <summary>Both libraries show what is expected.</summary>
    private static void AssertShows(byte[] file, double tolerance, Func<int, int, int, double> expected)
    {
        Photo photo = Photo.Decode(file);
        using Image<Rgba32> image = SafeDecoding.Load(file);
        Assert.Equal((photo.Width, photo.Height), (image.Width, image.Height));
        ReadOnlySpan<byte> other = Bytes(image);
        for (int i = 0; i < other.Length; i++)
        {
            (int x, int y, int channel) = (i / 4 % photo.Width, i / 4 / photo.Width, i % 4);
            double level = channel == 3 ? 255 : expected(x, y, channel);
            Assert.InRange(photo.Pixels[i], level - tolerance, level + tolerance);
            Assert.InRange(other[i], level - tolerance, level + tolerance);
        }
    }

    private static string AssertRefused(byte[] file) => Finishes(() => Assert.Throws<PhotoException>(() => SafeDecoding.Load(file)).Message);

    /// <summary>What is wrong with a file is an error or does not show; the decoder returns.</summary>
    private static void DecodesOrThrows(byte[] file) => Finishes(() =>
    {
        try
        {
            SafeDecoding.Load(file, options: new PhotoOptions { AllowIncomplete = true }).Dispose();
        }
        catch (PhotoException)
        {
            // It said so.
        }

        return "";
    });

    /// <summary>An endless loop fails the test instead of stopping all of them.</summary>
    private static string Finishes(Func<string> decode)
    {
        string? found = null;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                found = decode();
            }
#pragma warning disable CA1031 // The test's own thread throws it again.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = exception;
            }
        })
        {
            IsBackground = true,
        };
        thread.Start();
        Assert.True(thread.Join(Soon), "The decoder does not return.");
        return failure is null ? found! : throw new InvalidOperationException(failure.Message, failure);
    }

    private static Span<byte> Bytes(Image<Rgba32> image) => MemoryMarshal.AsBytes(SafeDecoding.PixelsOf(image));
}
