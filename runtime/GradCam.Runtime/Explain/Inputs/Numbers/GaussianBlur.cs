using System.Numerics.Tensors;
using GradCam.Numerics;

namespace GradCam.Explain.Inputs.Numbers;

/// <summary>
/// A Gaussian blur of a packed [height, width, channels] map in double precision: the kernel cut off at 4 sigma and of sum 1, zeros beyond the map, as scipy's
/// gaussian_filter with mode "constant" has it.
/// </summary>
internal sealed class GaussianBlur(int height, int width, int channels)
{
    private readonly double[] _rows = new double[height * width * channels];

    /// <summary>Blurs.</summary>
    /// <param name="source">The map.</param>
    /// <param name="sigma">The standard deviation in pixels.</param>
    /// <param name="destination">The blurred map; not the source.</param>
    public void Run(ReadOnlySpan<double> source, double sigma, Span<double> destination)
    {
        int radius = (int)Math.Min(4 * sigma + 0.5, Math.Max(height, width));
        if (radius == 0)
        {
            source.CopyTo(destination);
            return;
        }

        double[] kernel = Kernel(sigma, radius);
        int rowLength = width * channels;
        Span<double> rows = _rows;
        rows.Clear();
        destination.Clear();
        for (int y = 0; y < height; y++)
        {
            for (int other = Math.Max(0, y - radius); other <= Math.Min(height - 1, y + radius); other++)
                Add(source.Slice(other * rowLength, rowLength), kernel[Math.Abs(other - y)], rows.Slice(y * rowLength, rowLength));
            for (int shift = -Math.Min(radius, width - 1); shift <= Math.Min(radius, width - 1); shift++)
            {
                int from = Math.Max(0, shift) * channels;
                int to = Math.Max(0, -shift) * channels;
                int length = rowLength - Math.Abs(shift) * channels;
                Add(rows.Slice(y * rowLength + from, length), kernel[Math.Abs(shift)], destination.Slice(y * rowLength + to, length));
            }
        }
    }

    private static void Add(ReadOnlySpan<double> source, double factor, Span<double> sum) => TensorPrimitives.MultiplyAdd(source, factor, sum, sum);

    /// <summary>The kernel's weights from the middle on; the kernel has both sides, whose sum is 1.</summary>
    private static double[] Kernel(double sigma, int radius)
    {
        // The sum is that of the kernel as scipy cuts it, whatever of it the map is too small for.
        int whole = (int)Math.Min(4 * sigma + 0.5, int.MaxValue / 2);
        double[] kernel = new double[radius + 1];
        double sum = 0;
        for (int i = whole; i >= 0; i--)
        {
            double weight = PortableMath.Exp(-0.5 * i * i / (sigma * sigma));
            sum += i == 0 ? weight : 2 * weight;
            if (i <= radius)
                kernel[i] = weight;
        }

        for (int i = 0; i < kernel.Length; i++)
            kernel[i] /= sum;
        return kernel;
    }
}
