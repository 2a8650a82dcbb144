using GradCam.Files;
using GradCam.Imaging.Skia.Decoding;
using SkiaSharp;

namespace GradCam.Imaging;

/// <summary>
/// Photos from files and to files: <c>Photo.Decode("cat.jpg")</c> and <c>photo.SavePng("why.png")</c>. Before C# 14, which has static extensions, the first is
/// <c>SkiaPhoto.Decode("cat.jpg")</c>.
/// </summary>
public static class SkiaPhoto
{
    extension(Photo)
    {
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
            return PhotoDecoder.Decode(data, name, options ?? new PhotoOptions(), new PhotoBuffers());
        }

        /// <summary>Decodes a photo from memory.</summary>
        /// <param name="file">The file's bytes.</param>
        /// <param name="name">What messages call it.</param>
        /// <param name="options">Options.</param>
        /// <exception cref="PhotoException">The bytes are not a picture, are damaged or cut off, or have too many pixels.</exception>
        public static Photo Decode(ReadOnlySpan<byte> file, string name = "bytes", PhotoOptions? options = null)
        {
            using SKData data = SKData.CreateCopy(file);
            return PhotoDecoder.Decode(data, name, options ?? new PhotoOptions(), new PhotoBuffers());
        }
    }

    /// <summary>Writes a PNG file.</summary>
    /// <param name="photo">The picture.</param>
    /// <param name="path">The file; replaced where it exists, once the whole of the new one is written.</param>
    /// <exception cref="IOException">The file cannot be written. An older one is as it was.</exception>
    public static void SavePng(this Photo photo, string path)
    {
        ArgumentNullException.ThrowIfNull(photo);
        AtomicFile.Write(path, photo.WritePng);
    }

    /// <summary>Writes a PNG.</summary>
    /// <param name="photo">The picture.</param>
    /// <param name="stream">Where to.</param>
    public static unsafe void WritePng(this Photo photo, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(photo);
        ArgumentNullException.ThrowIfNull(stream);
        fixed (byte* pixels = photo.Pixels)
        {
            using var pixmap = new SKPixmap(new SKImageInfo(photo.Width, photo.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), (nint)pixels);
            // On overlays of photos this takes a third of the time of Skia's defaults, for five per cent more bytes.
            using SKData data = pixmap.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.Avg, 2))
                ?? throw new IOException($"A picture of {photo.Width}x{photo.Height} pixels could not be encoded as PNG.");
            data.SaveTo(stream);
        }
    }
}
