namespace GradCam.Imaging;

/// <summary>Makes photos smaller or larger.</summary>
internal static class PhotoScaling
{
    /// <summary>A photo whose longer side has a size: each pixel the mean of those that it covers, at least one.</summary>
    public static Photo Fit(Photo photo, int size)
    {
        int longer = Math.Max(photo.Width, photo.Height);
        int width = Math.Max(1, (int)((long)photo.Width * size / longer));
        int height = Math.Max(1, (int)((long)photo.Height * size / longer));
        byte[] pixels = new byte[checked(4 * width * height)];
        for (int y = 0; y < height; y++)
        {
            (int top, int bottom) = Covered(y, height, photo.Height);
            for (int x = 0; x < width; x++)
            {
                (int left, int right) = Covered(x, width, photo.Width);
                for (int c = 0; c < 4; c++)
                    pixels[4 * (y * width + x) + c] = Mean(photo.Pixels, photo.Width, left, top, right, bottom, c);
            }
        }

        return new Photo(pixels, width, height, photo.IsComplete);
    }

    private static (int First, int End) Covered(int at, int size, int source)
    {
        int first = (int)((long)at * source / size);
        return (first, Math.Max(first + 1, (int)((long)(at + 1) * source / size)));
    }

    private static byte Mean(ReadOnlySpan<byte> pixels, int stride, int left, int top, int right, int bottom, int channel)
    {
        long sum = 0;
        for (int y = top; y < bottom; y++)
        {
            for (int x = left; x < right; x++)
                sum += pixels[4 * (y * stride + x) + channel];
        }

        int count = (right - left) * (bottom - top);
        return (byte)((sum + count / 2) / count);
    }
}
