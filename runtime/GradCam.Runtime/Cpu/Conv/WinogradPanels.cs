using GradCam.Cpu.Memory;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Conv;

/// <summary>
/// A 3x3 kernel transformed, U = G g G^T in double precision, and packed: output channels in panels of two vectors (the last may have one), a panel is
/// [Size * Size][inputs][channels of the panel].
/// </summary>
internal sealed unsafe class WinogradPanels : IDisposable
{
    private readonly NativeBlock _weights;
    private readonly NativeBlock _bias;

    /// <summary>Transforms and packs.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="rows">The rows of the kernel, in this order.</param>
    /// <param name="columns">The columns of the kernel, in this order.</param>
    /// <param name="level">For vectors of this width.</param>
    /// <param name="transform">The matrix G.</param>
    public WinogradPanels(KernelTensor kernel, AxisTap[] rows, AxisTap[] columns, SimdLevel level, ReadOnlySpan<double> transform)
    {
        int width = level.Width();
        PanelWidth = MicroKernels.PanelVectors * width;
        Count = (kernel.Outputs + PanelWidth - 1) / PanelWidth;
        int rest = kernel.Outputs - (Count - 1) * PanelWidth;
        LastVectors = (rest + width - 1) / width;
        int channels = (Count - 1) * PanelWidth + LastVectors * width;
        int size = transform.Length / 3;
        PanelLength = (long)size * size * kernel.Inputs * PanelWidth;
        _weights = new NativeBlock((long)size * size * kernel.Inputs * channels);
        _bias = new NativeBlock(channels);
        kernel.Bias?.CopyTo(_bias.Span);
        double[] matrix = transform.ToArray();
        Parallel.For(0, Count, panel => Pack(kernel, rows, columns, matrix, panel, width));
    }

    /// <summary>Channels of a full panel.</summary>
    public int PanelWidth { get; }

    /// <summary>Panels.</summary>
    public int Count { get; }

    /// <summary>Vectors of the last panel.</summary>
    public int LastVectors { get; }

    /// <summary>Floats of a full panel.</summary>
    public long PanelLength { get; }

    /// <summary>The first panel.</summary>
    public float* Weights => _weights.Pointer;

    /// <summary>The bias, padded to whole vectors.</summary>
    public float* Bias => _bias.Pointer;

    /// <summary>Bytes of both.</summary>
    public long Bytes => sizeof(float) * (_weights.Length + _bias.Length);

    public void Dispose()
    {
        _weights.Dispose();
        _bias.Dispose();
    }

    private void Pack(KernelTensor kernel, AxisTap[] rows, AxisTap[] columns, double[] g, int panel, int width)
    {
        int size = g.Length / 3;
        int first = panel * PanelWidth;
        int channels = Math.Min(PanelWidth, kernel.Outputs - first);
        int stride = panel == Count - 1 ? LastVectors * width : PanelWidth;
        float* packed = _weights.Pointer + panel * PanelLength;
        Span<double> tap = stackalloc double[9];
        Span<double> half = stackalloc double[3 * size];
        for (int input = 0; input < kernel.Inputs; input++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                int source = (first + channel) * kernel.OutputStride + input * kernel.InputStride;
                for (int k = 0; k < 9; k++)
                    tap[k] = kernel.Values[source + rows[k / 3].Index * 3 + columns[k % 3].Index];
                for (int i = 0; i < size; i++)
                {
                    for (int k = 0; k < 3; k++)
                        half[3 * i + k] = g[3 * i] * tap[k] + g[3 * i + 1] * tap[3 + k] + g[3 * i + 2] * tap[6 + k];
                }

                for (int i = 0; i < size; i++)
                {
                    for (int j = 0; j < size; j++)
                    {
                        double value = half[3 * i] * g[3 * j] + half[3 * i + 1] * g[3 * j + 1] + half[3 * i + 2] * g[3 * j + 2];
                        packed[((long)(i * size + j) * kernel.Inputs + input) * stride + channel] = (float)value;
                    }
                }
            }
        }
    }
}
