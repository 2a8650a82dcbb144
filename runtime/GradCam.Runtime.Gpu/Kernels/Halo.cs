using ILGPU;

namespace GradCam.Gpu.Kernels;

/// <summary>
/// The zeros around a map. The kernel that writes a map writes them as well, all of its threads together, so that they take no launch of their own.
/// </summary>
internal static class Halo
{
    /// <summary>Writes the zeros of all samples.</summary>
    /// <param name="arena">All samples.</param>
    /// <param name="samples">How they lie.</param>
    /// <param name="map">The map.</param>
    /// <param name="thread">The number of the calling thread.</param>
    /// <param name="threads">All threads.</param>
    public static void Clear(ArrayView<float> arena, SampleArgs samples, MapArgs map, int thread, int threads)
    {
        int width = map.HaloLeft + map.Width + map.HaloRight;
        int sides = map.HaloLeft + map.HaloRight;
        int above = map.HaloTop * width;
        int below = map.HaloBottom * width;
        int pixels = above + below + map.Height * sides;
        int total = samples.Count * pixels * map.Channels;
        for (int i = thread; i < total; i += threads)
        {
            int rest = Divisor.Quotient(i, map.ByChannels);
            int c = i - rest * map.Channels;
            int sample = rest / pixels;
            int pixel = rest - sample * pixels;
            int y, x;
            if (pixel < above + below)
            {
                y = pixel / width;
                x = pixel - y * width - map.HaloLeft;
                y = y < map.HaloTop ? y - map.HaloTop : y - map.HaloTop + map.Height;
            }
            else
            {
                int side = pixel - above - below;
                y = side / sides;
                x = side - y * sides;
                x = x < map.HaloLeft ? x - map.HaloLeft : x - map.HaloLeft + map.Width;
            }

            arena[sample * samples.Stride + MapArgs.At(map, y, x, c)] = 0;
        }
    }
}
