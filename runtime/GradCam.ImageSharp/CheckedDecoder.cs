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
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;

namespace GradCam.ImageSharp;

/// <summary>A decoder that looks at a file's structure before ImageSharp's own decoder gets it, and turns all that one throws into one exception.</summary>
/// <param name="options">The limits.</param>
internal sealed class CheckedDecoder(PhotoOptions options) : IImageDecoder, IImageInfoDetector
{
    private const string Name = "stream";

    /// <summary>Checks and decodes a file.</summary>
    public static unsafe Image<TPixel> Decode<TPixel>(
        PhotoStructure structure, ReadOnlySpan<byte> file, string name, PhotoOptions options, Configuration configuration)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        if (structure.Format == PhotoFormat.Webp && WebpStructure.FirstPicture(file) is WebpPicture picture)
            return DecodeFirst<TPixel>(structure, picture, file, name, options, configuration);

        // The streams live no longer than the pointers.
        (int width, int height) = (0, 0);
        fixed (byte* start = file)
        {
            try
            {
                using var header = new UnmanagedMemoryStream(start, file.Length);
                IImageInfo? info = Inner(structure.Format).Detector.Identify(configuration, header, CancellationToken.None);
                (width, height) = (info?.Width ?? 0, info?.Height ?? 0);
            }
            catch (Exception exception) when (IsOfTheFile(exception))
            {
                throw PhotoStructure.Unreadable(file, name, exception);
            }

        }

        structure.Check(name, file.Length, width, height, options);
        ReadOnlySpan<byte> decodable = Rewriting.Rewrite(structure.Format, file, name) is byte[] rewritten ? rewritten : file;
        fixed (byte* start = decodable)
        {
            try
            {
                using var stream = new UnmanagedMemoryStream(start, decodable.Length);
                Image<TPixel> image = Inner(structure.Format).Decoder.Decode<TPixel>(configuration, stream, CancellationToken.None);
                if (image.Width == width && image.Height == height)
                    return image;
                image.Dispose();
                throw new PhotoException($"{name}: the file is damaged ({structure.Found(file.Length, width, height)}).");
            }
            catch (Exception exception) when (IsOfTheFile(exception))
            {
                throw new PhotoException($"{name}: the file is damaged ({structure.Found(file.Length, width, height)}): {exception.Message}", exception);
            }
        }
    }

    /// <summary>Decodes the first picture of an animated WebP, which ImageSharp 2.1.13 does not, by itself, and lays it where it belongs.</summary>
    private static Image<TPixel> DecodeFirst<TPixel>(
        PhotoStructure structure, in WebpPicture picture, ReadOnlySpan<byte> file, string name, PhotoOptions options, Configuration configuration)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        structure.Check(name, file.Length, picture.WholeWidth, picture.WholeHeight, options);
        byte[] still = Rewriting.StillWebp(picture, file);
        using Image<TPixel> decoded = Decode<TPixel>(PhotoStructure.Read(still, name), still, name, options, configuration);
        if (!picture.Fits || decoded.Width != picture.Width || decoded.Height != picture.Height)
        {
            throw new PhotoException(
                $"{name}: the file is damaged ({structure.Found(file.Length, picture.WholeWidth, picture.WholeHeight)}): its first picture does not fit.");
        }

        var whole = new Image<TPixel>(configuration, picture.WholeWidth, picture.WholeHeight);
        Buffer2D<TPixel> from = decoded.Frames.RootFrame.PixelBuffer, to = whole.Frames.RootFrame.PixelBuffer;
        for (int y = 0; y < picture.Height; y++)
            from.DangerousGetRowSpan(y).CopyTo(to.DangerousGetRowSpan(picture.Y + y)[picture.X..]);
        return whole;
    }

    /// <inheritdoc/>
    public Image<TPixel> Decode<TPixel>(Configuration configuration, Stream stream, CancellationToken cancellationToken)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        byte[] file = ReadToEnd(stream);
        return Decode<TPixel>(PhotoStructure.Read(file, Name), file, Name, options, configuration);
    }

    /// <inheritdoc/>
    public Image Decode(Configuration configuration, Stream stream, CancellationToken cancellationToken) =>
        Decode<Rgba32>(configuration, stream, cancellationToken);

    /// <inheritdoc/>
    public IImageInfo Identify(Configuration configuration, Stream stream, CancellationToken cancellationToken)
    {
        byte[] file = ReadToEnd(stream);
        PhotoStructure structure = PhotoStructure.Read(file, Name);
        try
        {
            return Inner(structure.Format).Detector.Identify(configuration, new MemoryStream(file), cancellationToken);
        }
        catch (Exception exception) when (IsOfTheFile(exception))
        {
            throw PhotoStructure.Unreadable(file, Name, exception);
        }
    }

    private static byte[] ReadToEnd(Stream stream)
    {
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>ImageSharp's decoders, which keep no state. Metadata is where profiles are.</summary>
    private static (IImageDecoder Decoder, IImageInfoDetector Detector) Inner(PhotoFormat format)
    {
        IImageDecoder decoder = format switch
        {
            PhotoFormat.Jpeg => new JpegDecoder { IgnoreMetadata = true },
            PhotoFormat.Png => new PngDecoder { IgnoreMetadata = true },
            PhotoFormat.Webp => new WebpDecoder { IgnoreMetadata = true },
            PhotoFormat.Gif => new GifDecoder { IgnoreMetadata = true, DecodingMode = FrameDecodingMode.First },
            _ => new BmpDecoder(),
        };
        return (decoder, (IImageInfoDetector)decoder);
    }

    /// <summary>Crafted files make the decoders throw what they do not document: all but what has nothing to do with the file.</summary>
    private static bool IsOfTheFile(Exception exception) => exception is not (PhotoException or OutOfMemoryException or OperationCanceledException);
}
