using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GradCam.Images;

/// <summary>Channels by planes to pixels: CHW to HWC.</summary>
internal static class PlaneInterleaver
{
    /// <summary>Interleaves planes.</summary>
    /// <param name="planes">[channel][pixel].</param>
    /// <param name="channels">How many.</param>
    /// <param name="destination">[pixel][channel], as many floats.</param>
    public static void Interleave(ReadOnlySpan<float> planes, int channels, Span<float> destination)
    {
        int pixels = planes.Length / channels;
        if (channels == 3)
        {
            InterleaveThree(planes[..pixels], planes.Slice(pixels, pixels), planes.Slice(2 * pixels, pixels), destination);
            return;
        }

        for (int c = 0; c < channels; c++)
        {
            ReadOnlySpan<float> plane = planes.Slice(c * pixels, pixels);
            for (int p = 0; p < plane.Length; p++)
                destination[p * channels + c] = plane[p];
        }
    }

    private static void InterleaveThree(ReadOnlySpan<float> red, ReadOnlySpan<float> green, ReadOnlySpan<float> blue, Span<float> destination)
    {
        int done = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            done = red.Length - red.Length % Vector512<float>.Count;
            Interleave512(red[..done], green[..done], blue[..done], destination);
        }

        Span<Pixel> pixels = MemoryMarshal.Cast<float, Pixel>(destination);
        for (int p = done; p < red.Length; p++)
            pixels[p] = new Pixel(red[p], green[p], blue[p]);
    }

    /// <summary>Element j of the three vectors that 16 pixels make is of pixel j / 3 and channel j % 3.</summary>
    private static void Interleave512(ReadOnlySpan<float> red, ReadOnlySpan<float> green, ReadOnlySpan<float> blue, Span<float> destination)
    {
        Vector512<int> first = Vector512.Create(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5);
        Vector512<int> second = Vector512.Create(5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10);
        Vector512<int> third = Vector512.Create(10, 11, 11, 11, 12, 12, 12, 13, 13, 13, 14, 14, 14, 15, 15, 15);
        Vector512<float> every0 = Vector512.Create(-1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1).AsSingle();
        Vector512<float> every1 = Vector512.Create(0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0).AsSingle();
        Vector512<float> every2 = Vector512.Create(0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0).AsSingle();
        while (!red.IsEmpty)
        {
            Vector512<float> r = Vector512.Create(red), g = Vector512.Create(green), b = Vector512.Create(blue);
            Merge(first, every0, every1).CopyTo(destination);
            Merge(second, every2, every0).CopyTo(destination[Vector512<float>.Count..]);
            Merge(third, every1, every2).CopyTo(destination[(2 * Vector512<float>.Count)..]);
            red = red[Vector512<float>.Count..];
            green = green[Vector512<float>.Count..];
            blue = blue[Vector512<float>.Count..];
            destination = destination[(3 * Vector512<float>.Count)..];

            Vector512<float> Merge(Vector512<int> pixels, Vector512<float> isRed, Vector512<float> isGreen) => Vector512.ConditionalSelect(
                isRed, Vector512.ShuffleNative(r, pixels),
                Vector512.ConditionalSelect(isGreen, Vector512.ShuffleNative(g, pixels), Vector512.ShuffleNative(b, pixels)));
        }
    }

    private readonly record struct Pixel(float Red, float Green, float Blue);
}
