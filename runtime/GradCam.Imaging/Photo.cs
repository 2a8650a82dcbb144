using GradCam.Files;
using GradCam.Imaging.Decoding;
using SkiaSharp;

namespace GradCam.Imaging;

/// <summary>A picture in memory, RGBA with 8 bits a channel, opaque, upright: a decoded photo, or an overlay to be written.</summary>
public sealed class Photo
{
    private readonly byte[] _pixels;

    /// <summary>Copies pixels.</summary>
    /// <param name="image">The pixels.</param>
    public Photo(in ImageView image)
        : this(CopyPixels(image), image.Width, image.Height)
    {
    }

    internal Photo(byte[] pixels, int width, int height, bool isComplete = true)
    {
        _pixels = pixels;
        Width = width;
        Height = height;
        IsComplete = isComplete;
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>
    /// False for a photo that was decoded with <see cref="PhotoOptions.AllowIncomplete"/> from a file that ends early: rows are missing, which are white, or
    /// details of all of it.
    /// </summary>
    public bool IsComplete { get; }

    /// <summary>[height, width, 4] bytes: red, green, blue, and 255.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels;

    /// <summary>The pixels as sessions take them.</summary>
    public static implicit operator ImageView(Photo photo) => (photo ?? throw new ArgumentNullException(nameof(photo))).ToImageView();

    /// <summary>The pixels as sessions take them, for languages without implicit conversions.</summary>
    public ImageView ToImageView() => new(_pixels, Width, Height, PixelFormat.Rgba32);

    /// <summary>
    /// Decodes a photo: JPEG, PNG, WebP, GIF or BMP. It is brought upright as its EXIF orientation says; transparent pixels are laid on
    /// white; of an animation the first frame is taken; colour profiles are not applied, as training pipelines do not.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Options.</param>
    /// <exception cref="PhotoException">The file is not a picture, is damaged or cut off, or has too many pixels.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be opened.</exception>
    public static Photo Decode(string path, PhotoOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = File.OpenRead(path);
        return Decode(stream, path, options);
    }

    /// <summary>Decodes a photo from a stream.</summary>
    /// <param name="stream">The stream, read from where it stands.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="options">Options.</param>
    /// <exception cref="PhotoException">The stream is not a picture, is damaged or cut off, or has too many pixels.</exception>
    public static Photo Decode(Stream stream, string name = "stream", PhotoOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using SKData data = SKData.Create(stream) ?? throw new PhotoException($"{name}: the file is empty or cannot be read.");
        return PhotoDecoder.Decode(data, name, options ?? new PhotoOptions());
    }

    /// <summary>Decodes a photo from memory.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="options">Options.</param>
    /// <exception cref="PhotoException">The bytes are not a picture, are damaged or cut off, or have too many pixels.</exception>
    public static Photo Decode(ReadOnlySpan<byte> file, string name = "bytes", PhotoOptions? options = null)
    {
        using SKData data = SKData.CreateCopy(file);
        return PhotoDecoder.Decode(data, name, options ?? new PhotoOptions());
    }

    /// <summary>Writes a PNG file.</summary>
    /// <param name="path">The file; replaced where it exists, once the whole of the new one is written.</param>
    /// <exception cref="IOException">The file cannot be written. An older one is as it was.</exception>
    public void SavePng(string path) => AtomicFile.Write(path, WritePng);

    /// <summary>Writes a PNG.</summary>
    /// <param name="stream">Where to.</param>
    public unsafe void WritePng(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        fixed (byte* pixels = _pixels)
        {
            using var pixmap = new SKPixmap(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque), (nint)pixels);
            // On overlays of photos this takes a third of the time of Skia's defaults, for five per cent more bytes.
            using SKData data = pixmap.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.Avg, 2))
                ?? throw new IOException($"A picture of {Width}x{Height} pixels could not be encoded as PNG.");
            data.SaveTo(stream);
        }
    }

    /// <summary>Lays two pictures side by side on white, of the height of the higher one.</summary>
    /// <param name="left">The left one.</param>
    /// <param name="right">The right one.</param>
    /// <param name="gap">White pixels between them.</param>
    public static Photo SideBySide(Photo left, Photo right, int gap = 8)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        ArgumentOutOfRangeException.ThrowIfNegative(gap);
        int width = checked(left.Width + gap + right.Width);
        int height = Math.Max(left.Height, right.Height);
        byte[] pixels = new byte[checked(width * height * 4)];
        pixels.AsSpan().Fill(255);
        foreach ((Photo part, int x) in new[] { (left, 0), (right, left.Width + gap) })
        {
            for (int y = 0; y < part.Height; y++)
                part.Row(y).CopyTo(pixels.AsSpan((y * width + x) * 4));
        }

        return new Photo(pixels, width, height);
    }

    internal ReadOnlySpan<byte> Row(int y) => _pixels.AsSpan(y * Width * 4, Width * 4);

    private static byte[] CopyPixels(in ImageView image)
    {
        int size = image.Format.BytesPerPixel();
        (int red, int blue) = image.Format is PixelFormat.Bgr24 or PixelFormat.Bgra32 ? (2, 0) : (0, 2);
        int green = 1;
        if (size == 1)
            (green, blue) = (0, 0);
        byte[] pixels = new byte[checked(image.Width * image.Height * 4)];
        int to = 0;
        for (int y = 0; y < image.Height; y++)
        {
            ReadOnlySpan<byte> row = image.Row(y);
            for (int from = 0; from < row.Length; from += size, to += 4)
            {
                pixels[to] = row[from + red];
                pixels[to + 1] = row[from + green];
                pixels[to + 2] = row[from + blue];
                pixels[to + 3] = 255;
            }
        }

        return pixels;
    }
}
