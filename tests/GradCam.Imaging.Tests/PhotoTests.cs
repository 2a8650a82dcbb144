using System.Runtime.InteropServices;
using GradCam.Imaging.Decoding;
using SkiaSharp;

namespace GradCam.Imaging.Tests;

public sealed class PhotoTests : IDisposable
{
    private const int Width = 48;
    private const int Height = 32;
    private static readonly byte[] Quarters = EncodedPictures.Quarters(Width, Height);
    private readonly string _folder = Directory.CreateTempSubdirectory("photo-tests").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, byte[]> Formats() => new()
    {
        { "jpeg", EncodedPictures.Encode(Quarters, Width, Height, SKEncodedImageFormat.Jpeg) },
        { "png", EncodedPictures.Encode(Quarters, Width, Height, SKEncodedImageFormat.Png) },
        { "webp", EncodedPictures.Encode(Quarters, Width, Height, SKEncodedImageFormat.Webp) },
        { "bmp", EncodedPictures.Bmp(Quarters, Width, Height) },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public void Formats_decode_from_memory_file_and_stream(string format, byte[] file)
    {
        string path = Path.Combine(_folder, $"photo.{format}");
        File.WriteAllBytes(path, file);
        using var stream = new MemoryStream(file);
        foreach (Photo photo in new[] { Photo.Decode(file), Photo.Decode(path), Photo.Decode(stream) })
        {
            Assert.Equal((Width, Height), (photo.Width, photo.Height));
            Assert.Equal("RGBW", Corners(photo));
        }
    }

    [Fact]
    public void Lossless_formats_give_the_same_pixels()
    {
        Assert.Equal(Quarters, Photo.Decode(EncodedPictures.Encode(Quarters, Width, Height, SKEncodedImageFormat.Png)).Pixels.ToArray());
        Assert.Equal(Quarters, Photo.Decode(EncodedPictures.Bmp(Quarters, Width, Height)).Pixels.ToArray());
    }

    [Theory]
    [InlineData(1, "RGBW")]
    [InlineData(2, "GRWB")]
    [InlineData(3, "WBGR")]
    [InlineData(4, "BWRG")]
    [InlineData(5, "RBGW")]
    [InlineData(6, "BRWG")]
    [InlineData(7, "WGBR")]
    [InlineData(8, "GWRB")]
    public void Exif_orientation_is_honoured(ushort orientation, string corners)
    {
        byte[] file = EncodedPictures.WithOrientation(EncodedPictures.Encode(Quarters, Width, Height, SKEncodedImageFormat.Jpeg), orientation);
        Photo photo = Photo.Decode(file);
        Assert.Equal(orientation >= 5 ? (Height, Width) : (Width, Height), (photo.Width, photo.Height));
        Assert.Equal(corners, Corners(photo));

        Photo stored = Photo.Decode(file, options: new PhotoOptions { ApplyOrientation = false });
        Assert.Equal("RGBW", Corners(stored));
    }

    public static TheoryData<ushort, string, bool> Orientations() => new()
    {
        { 1, "RGBW", false }, { 2, "GRWB", true }, { 3, "WBGR", false }, { 4, "BWRG", true },
        { 5, "RBGW", false }, { 6, "BRWG", true }, { 7, "WGBR", false }, { 8, "GWRB", true },
    };

    [Theory]
    [MemberData(nameof(Orientations))]
    public void Exif_orientation_is_honoured_in_PNG_and_WebP(ushort orientation, string corners, bool isBig)
    {
        byte[] png = EncodedPictures.Encode(Quarters, Width, Height, SKEncodedImageFormat.Png);
        foreach (byte[] file in new[]
        {
            EncodedPictures.PngWithOrientation(png, orientation, isBig, isLast: false),
            EncodedPictures.PngWithOrientation(png, orientation, !isBig, isLast: true),
            EncodedPictures.WebpWithOrientation(EncodedPictures.Webp(Quarters, Width, Height), Width, Height, orientation, isBig),
        })
        {
            Photo photo = Photo.Decode(file);
            Assert.Equal(orientation >= 5 ? (Height, Width) : (Width, Height), (photo.Width, photo.Height));
            Assert.Equal(corners, Corners(photo));
            Assert.Equal("RGBW", Corners(Photo.Decode(file, options: new PhotoOptions { ApplyOrientation = false })));
        }
    }

    [Fact]
    public void An_orientation_that_cannot_be_read_is_none()
    {
        byte[] png = EncodedPictures.Encode(Quarters, Width, Height, SKEncodedImageFormat.Png);
        foreach (ushort orientation in new ushort[] { 0, 9, 0xFFFF })
            Assert.Equal("RGBW", Corners(Photo.Decode(EncodedPictures.PngWithOrientation(png, orientation, isBig: true, isLast: false))));
    }

    [Fact]
    public void Every_pixel_is_turned()
    {
        // 37x41 is no multiple of the tiles; each pixel has a value of its own.
        byte[] pixels = new byte[37 * 41 * 4];
        for (int i = 0; i < 37 * 41; i++)
            BitConverter.TryWriteBytes(pixels.AsSpan(4 * i), i);
        byte[] turned = new byte[pixels.Length];
        Orientation.Apply(
            MemoryMarshal.Cast<byte, uint>(pixels.AsSpan()), 37, 41, PhotoOrigin.RightTop, MemoryMarshal.Cast<byte, uint>(turned.AsSpan()));
        for (int y = 0; y < 37; y++)
        {
            for (int x = 0; x < 41; x++)
                Assert.Equal((40 - x) * 37 + y, BitConverter.ToInt32(turned, 4 * (y * 41 + x)));
        }
    }

    [Fact]
    public void Transparent_pixels_lie_on_white()
    {
        byte[] pixels = [255, 0, 0, 255, 10, 20, 30, 0, 100, 0, 0, 128, 0, 0, 0, 255];
        byte[] file = EncodedPictures.Encode(pixels, 4, 1, SKEncodedImageFormat.Png, alpha: SKAlphaType.Unpremul);
        byte[] actual = Photo.Decode(file).Pixels.ToArray();
        Assert.Equal([255, 0, 0, 255, 255, 255, 255, 255], actual[..8]);
        Assert.InRange(actual[8], 176, 179);
        Assert.InRange(actual[9], 126, 128);
        Assert.Equal([0, 0, 0, 255], actual[12..]);
    }

    [Fact]
    public void A_photo_of_one_pixel_decodes() =>
        Assert.Equal([1, 2, 3, 255], Photo.Decode(EncodedPictures.Encode([1, 2, 3, 255], 1, 1, SKEncodedImageFormat.Png)).Pixels.ToArray());

    [Fact]
    public void What_is_not_a_picture_is_named()
    {
        string path = Path.Combine(_folder, "notes.txt");
        File.WriteAllText(path, "just text");
        string message = Assert.Throws<PhotoException>(() => Photo.Decode(path)).Message;
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.Contains("9 bytes", message, StringComparison.Ordinal);
        Assert.Contains("empty", Assert.Throws<PhotoException>(() => Photo.Decode([], "nothing.jpg")).Message, StringComparison.Ordinal);
        File.WriteAllBytes(path, []);
        Assert.Contains("empty", Assert.Throws<PhotoException>(() => Photo.Decode(path)).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => Photo.Decode(Path.Combine(_folder, "missing.jpg")));
    }

    [Fact]
    public void Png_goes_there_and_back()
    {
        string path = Path.Combine(_folder, "out.png");
        var photo = new Photo(new ImageView(Quarters, Width, Height, PixelFormat.Rgba32));
        photo.SavePng(path);
        Assert.Equal(Quarters, Photo.Decode(path).Pixels.ToArray());
    }

    [Fact]
    public void A_png_that_cannot_be_written_leaves_the_older_one()
    {
        string path = Path.Combine(_folder, "out.png");
        var photo = new Photo(new ImageView(Quarters, Width, Height, PixelFormat.Rgba32));
        photo.SavePng(path);
        byte[] before = File.ReadAllBytes(path);
        File.SetAttributes(path, FileAttributes.ReadOnly);

        Assert.Throws<UnauthorizedAccessException>(() => photo.SavePng(path));
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
        File.SetAttributes(path, FileAttributes.Normal);
    }

    [Fact]
    public void Pixels_of_other_formats_are_converted()
    {
        Assert.Equal([3, 2, 1, 255], new Photo(new ImageView([1, 2, 3], 1, 1, PixelFormat.Bgr24)).Pixels.ToArray());
        Assert.Equal([3, 2, 1, 255], new Photo(new ImageView([1, 2, 3, 0], 1, 1, PixelFormat.Bgra32)).Pixels.ToArray());
        Assert.Equal([7, 7, 7, 255, 9, 9, 9, 255], new Photo(new ImageView([7, 0, 9], 1, 2, PixelFormat.Gray8, stride: 2)).Pixels.ToArray());
        ImageView view = new Photo(new ImageView([1, 2, 3], 1, 1, PixelFormat.Rgb24));
        Assert.Equal(PixelFormat.Rgba32, view.Format);
    }

    [Fact]
    public void Side_by_side_pads_with_white()
    {
        var left = new Photo(new ImageView([1, 2, 3], 1, 1, PixelFormat.Rgb24));
        var right = new Photo(new ImageView([4, 5, 6, 7, 8, 9], 1, 2, PixelFormat.Rgb24));
        Photo both = Photo.SideBySide(left, right, gap: 1);
        Assert.Equal((3, 2), (both.Width, both.Height));
        Assert.Equal([1, 2, 3, 255, 255, 255, 255, 255, 4, 5, 6, 255, 255, 255, 255, 255, 255, 255, 255, 255, 7, 8, 9, 255], both.Pixels.ToArray());
    }

    /// <summary>The colours of the four quarters' centres, row by row.</summary>
    private static string Corners(Photo photo)
    {
        char[] colors = new char[4];
        for (int i = 0; i < 4; i++)
        {
            int x = photo.Width * (i % 2 * 2 + 1) / 4;
            int y = photo.Height * (i / 2 * 2 + 1) / 4;
            ReadOnlySpan<byte> pixel = photo.Pixels.Slice((y * photo.Width + x) * 4, 4);
            colors[i] = (pixel[0] > 128, pixel[1] > 128, pixel[2] > 128) switch
            {
                (true, false, false) => 'R',
                (false, true, false) => 'G',
                (false, false, true) => 'B',
                (true, true, true) => 'W',
                _ => '?',
            };
        }

        return new string(colors);
    }
}
