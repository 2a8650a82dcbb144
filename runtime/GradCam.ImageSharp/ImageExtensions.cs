using System.Buffers;
using System.Runtime.InteropServices;
using GradCam.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace GradCam.ImageSharp;

/// <summary>ImageSharp's images as sessions' photos, and heatmaps over them.</summary>
public static class ImageExtensions
{
    /// <summary>
    /// Runs the forward pass. Pixels in <see cref="Rgba32"/>, <see cref="Rgb24"/>, <see cref="Bgra32"/>, <see cref="Bgr24"/> and <see cref="L8"/> are read
    /// where they lie; others, and images in several pieces of memory, are copied. Alpha is ignored, as by every <see cref="ImageView"/>.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="image">The image.</param>
    /// <returns>The logits, as <see cref="NetworkSession.Forward(in ImageView)"/>.</returns>
    public static ReadOnlySpan<float> Forward(this NetworkSession session, Image image)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(image);
        switch (image)
        {
            case Image<Rgba32> rgba:
                return Forward(session, rgba, PixelFormat.Rgba32);
            case Image<Rgb24> rgb:
                return Forward(session, rgb, PixelFormat.Rgb24);
            case Image<Bgra32> bgra:
                return Forward(session, bgra, PixelFormat.Bgra32);
            case Image<Bgr24> bgr:
                return Forward(session, bgr, PixelFormat.Bgr24);
            case Image<L8> gray:
                return Forward(session, gray, PixelFormat.Gray8);
            default:
                using (Image<Rgba32> converted = image.CloneAs<Rgba32>(SafeDecoding.Configuration))
                    return Forward(session, converted, PixelFormat.Rgba32);
        }
    }

    /// <summary>Draws a heatmap over a copy of the image it explains.</summary>
    /// <param name="heatmap">The heatmap.</param>
    /// <param name="image">The image, or a scaled version of it.</param>
    /// <param name="options">Colours and opacity.</param>
    /// <returns>A new image of its size, of one frame, to be disposed of.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The opacity is not between 0 and 1.</exception>
    public static Image<Rgba32> Over(this Heatmap heatmap, Image image, OverlayOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        Image<Rgba32> overlay = image.CloneAs<Rgba32>(SafeDecoding.Configuration);
        try
        {
            // Of an animation the first picture is explained.
            while (overlay.Frames.Count > 1)
                overlay.Frames.RemoveFrame(overlay.Frames.Count - 1);
            Overlay.Draw(MemoryMarshal.AsBytes(SafeDecoding.PixelsOf(overlay)), overlay.Width, overlay.Height, heatmap, options);
            return overlay;
        }
        catch
        {
            overlay.Dispose();
            throw;
        }
    }

    private static ReadOnlySpan<float> Forward<TPixel>(NetworkSession session, Image<TPixel> image, PixelFormat format)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        if (image.DangerousTryGetSinglePixelMemory(out Memory<TPixel> memory))
        {
            session.Forward(new ImageView(MemoryMarshal.AsBytes(memory.Span), image.Width, image.Height, format));
            return session.Logits;
        }

        int length = checked(image.Width * image.Height * format.BytesPerPixel());
        byte[] copy = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            image.CopyPixelDataTo(copy.AsSpan(0, length));
            session.Forward(new ImageView(copy.AsSpan(0, length), image.Width, image.Height, format));
            return session.Logits;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }
}
