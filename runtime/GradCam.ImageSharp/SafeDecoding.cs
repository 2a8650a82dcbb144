using System.Runtime.InteropServices;
using GradCam.Imaging;
using GradCam.Imaging.Decoding;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;

namespace GradCam.ImageSharp;

/// <summary>
/// Decodes photos from anywhere. ImageSharp 2.1.13 has unfixed flaws with crafted TIFF files and ICC profiles: a BigTIFF of 28 bytes keeps
/// <see cref="Image.Load(string)"/> with the default configuration busy for good.
/// </summary>
public static class SafeDecoding
{
    /// <summary>
    /// Reads JPEG, PNG, WebP, GIF (the first picture) and BMP, without metadata: no profile is parsed. What a file claims is checked before memory is taken
    /// for it, as by <see cref="Load(string, PhotoOptions?)"/> with its defaults. Writes PNG; other encoders are handed to <c>Save</c>. Images lie in one piece
    /// of memory.
    /// </summary>
    public static Configuration Configuration { get; } = Make(new PhotoOptions());

    /// <summary>
    /// Decodes a photo as GradCam.Imaging.Skia's does: upright as its EXIF orientation says, transparent pixels on white, of an animation the first picture,
    /// colour profiles not applied.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Options.</param>
    /// <returns>The image, to be disposed of.</returns>
    /// <exception cref="PhotoException">The file is not a picture, is damaged or cut off, or has too many pixels.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be opened.</exception>
    public static Image<Rgba32> Load(string path, PhotoOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Load(File.ReadAllBytes(path), path, options);
    }

    /// <summary>Decodes a photo from memory.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="options">Options.</param>
    /// <returns>The image, to be disposed of.</returns>
    /// <exception cref="PhotoException">The bytes are not a picture, are damaged or cut off, or have too many pixels.</exception>
    public static Image<Rgba32> Load(ReadOnlySpan<byte> file, string name = "bytes", PhotoOptions? options = null)
    {
        PhotoOptions chosen = options ?? new PhotoOptions();
        PhotoStructure structure = PhotoStructure.Read(file, name);
        Image<Rgba32> image = CheckedDecoder.Decode<Rgba32>(structure, file, name, chosen, Configuration);
        try
        {
            LayOnWhite(PixelsOf(image));
            if (structure.Format == PhotoFormat.Gif && GifStructure.FirstPicture(file) is var (x, y, width, height))
                ClearAround(PixelsOf(image), image.Width, (x, y), (x + width, y + height));
            return chosen.ApplyOrientation ? Upright(image, structure.Origin) : image;
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    /// <summary>The pixels of an image that was made with <see cref="Configuration"/>.</summary>
    internal static Span<Rgba32> PixelsOf(Image<Rgba32> image) =>
        image.DangerousTryGetSinglePixelMemory(out Memory<Rgba32> memory)
            ? memory.Span
            : throw new InvalidOperationException($"An image of {image.Width}x{image.Height} pixels lies in several pieces of memory.");

    private static Configuration Make(PhotoOptions options)
    {
        var configuration = new Configuration
        {
            PreferContiguousImageBuffers = true,
            MemoryAllocator = MemoryAllocator.Create(),
        };
        ImageFormatManager formats = configuration.ImageFormatsManager;
        Add(JpegFormat.Instance, new JpegImageFormatDetector());
        Add(PngFormat.Instance, new PngImageFormatDetector());
        Add(WebpFormat.Instance, new WebpImageFormatDetector());
        Add(GifFormat.Instance, new GifImageFormatDetector());
        Add(BmpFormat.Instance, new BmpImageFormatDetector());
        formats.SetEncoder(PngFormat.Instance, new PngEncoder());
        return configuration;

        void Add(IImageFormat format, IImageFormatDetector detector)
        {
            configuration.ImageFormatsManager.AddImageFormat(format);
            formats.AddImageFormatDetector(detector);
            formats.SetDecoder(format, new CheckedDecoder(options));
        }
    }

    /// <summary>colour = alpha colour + (1 - alpha) white, opaque.</summary>
    private static void LayOnWhite(Span<Rgba32> pixels)
    {
        foreach (ref Rgba32 pixel in pixels)
        {
            int alpha = pixel.A;
            if (alpha == 255)
                continue;
            int white = (255 - alpha) * 255 + 127;
            pixel = new Rgba32((byte)((pixel.R * alpha + white) / 255), (byte)((pixel.G * alpha + white) / 255), (byte)((pixel.B * alpha + white) / 255));
        }
    }

    /// <summary>Around an animation's first picture nothing is drawn: ImageSharp leaves it black where the file has no transparent colour.</summary>
    private static void ClearAround(Span<Rgba32> pixels, int width, (int X, int Y) first, (int X, int Y) end)
    {
        for (int y = 0; y < pixels.Length / width; y++)
        {
            Span<Rgba32> row = pixels.Slice(y * width, width);
            bool isWithin = y >= first.Y && y < end.Y;
            row[..(isWithin ? Math.Min(first.X, width) : width)].Fill(new Rgba32(255, 255, 255));
            row[Math.Min(end.X, width)..].Fill(new Rgba32(255, 255, 255));
        }
    }

    private static Image<Rgba32> Upright(Image<Rgba32> stored, PhotoOrigin origin)
    {
        if (origin == PhotoOrigin.TopLeft)
            return stored;
        bool swaps = Orientation.SwapsSides(origin);
        var upright = new Image<Rgba32>(Configuration, swaps ? stored.Height : stored.Width, swaps ? stored.Width : stored.Height);
        Orientation.Apply(
            MemoryMarshal.Cast<Rgba32, uint>(PixelsOf(stored)), stored.Width, stored.Height, origin, MemoryMarshal.Cast<Rgba32, uint>(PixelsOf(upright)));
        stored.Dispose();
        return upright;
    }
}
