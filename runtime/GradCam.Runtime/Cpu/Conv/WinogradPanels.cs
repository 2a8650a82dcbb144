using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pack(KernelTensor kernel, AxisTap[] rows, AxisTap[] columns, double[] g, int panel, int width)
    {
        int size = g.Length / 3;
        int first = panel * PanelWidth;
        int channels = Math.Min(PanelWidth, kernel.Outputs - first);
        int stride = panel == Count - 1 ? LastVectors * width : PanelWidth;
        float* packed = _weights.Pointer + panel * PanelLength;

        // One input channel at a time, all channels of the panel side by side in rows of PanelWidth: taps [3][3], then G g [Size][3], then G g G^T
        // [Size][Size].
        Span<double> taps = stackalloc double[9 * PanelWidth];
        Span<double> half = stackalloc double[3 * size * PanelWidth];
        Span<double> whole = stackalloc double[size * size * PanelWidth];
        taps.Clear();
        for (int input = 0; input < kernel.Inputs; input++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                float* source = kernel.Values + (long)(first + channel) * kernel.OutputStride + (long)input * kernel.InputStride;
                for (int k = 0; k < 9; k++)
                    taps[k * PanelWidth + channel] = source[rows[k / 3].Index * 3 + columns[k % 3].Index];
            }

            for (int i = 0; i < size; i++)
            {
                for (int k = 0; k < 3; k++)
                    Combine(g.AsSpan(3 * i, 3), taps[(k * PanelWidth)..], 3 * PanelWidth, half.Slice((3 * i + k) * PanelWidth, PanelWidth));
            }

            for (int i = 0; i < size; i++)
            {
                for (int j = 0; j < size; j++)
                    Combine(g.AsSpan(3 * j, 3), half[(3 * i * PanelWidth)..], PanelWidth, whole.Slice((i * size + j) * PanelWidth, PanelWidth));
            }

            for (int coefficient = 0; coefficient < size * size; coefficient++)
            {
                var destination = new Span<float>(packed + ((long)coefficient * kernel.Inputs + input) * stride, stride);
                TensorPrimitives.ConvertTruncating(whole.Slice(coefficient * PanelWidth, stride), destination);
            }
        }
    }

    /// <summary>
    /// destination = factors[0] a + factors[1] b + factors[2] c, where a, b and c lie <paramref name="stride"/> apart in <paramref name="rows"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Combine(ReadOnlySpan<double> factors, ReadOnlySpan<double> rows, int stride, Span<double> destination)
    {
        var f0 = new Vector<double>(factors[0]);
        var f1 = new Vector<double>(factors[1]);
        var f2 = new Vector<double>(factors[2]);
        for (int i = 0; i < destination.Length; i += Vector<double>.Count)
        {
            Vector<double> sum = f0 * new Vector<double>(rows[i..]) + f1 * new Vector<double>(rows[(stride + i)..]);
            sum += f2 * new Vector<double>(rows[(2 * stride + i)..]);
            sum.CopyTo(destination[i..]);
        }
    }
}
