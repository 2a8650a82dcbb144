using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using GradCam.Cpu.Packing;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Conv;

/// <summary>
/// A 3x3 kernel transformed, U = G g G^T in double precision, and packed: output channels in panels of two vectors (the last may have one), a panel is
/// [Size * Size][inputs][channels of the panel].
/// </summary>
internal sealed unsafe class WinogradPanels
{
    private readonly PackedBlock _block;
    private readonly int _biasLength;

    /// <summary>Plans to transform and pack.</summary>
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
        _biasLength = (Count - 1) * PanelWidth + LastVectors * width;
        int size = transform.Length / 3;
        PanelLength = (long)size * size * kernel.Inputs * PanelWidth;
        int[] taps = [.. rows.SelectMany(row => columns.Select(column => row.Index * 3 + column.Index))];
        double[] matrix = transform.ToArray();
        _block = kernel.Plan.Packed.Add(
            ((long)size * size * kernel.Inputs + 1) * _biasLength, Count, (block, first, end) => Pack(kernel, taps, matrix, width, block, first, end));
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
    public float* Weights => _block.Pointer;

    /// <summary>The bias, padded to whole vectors, behind all panels.</summary>
    public float* Bias => _block.Pointer + _block.Length - _biasLength;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pack(KernelTensor kernel, int[] order, double[] g, int width, float* block, int first, int end)
    {
        const int InputBlock = 8;
        int size = g.Length / 3;
        using WeightReader reader = kernel.Open();
        float[] tileMemory = kernel.RentTile(InputBlock, PanelWidth);

        // One input channel at a time, all channels of the panel side by side in rows of PanelWidth: taps [3][3], then G g [Size][3], then G g G^T
        // [Size][Size].
        Span<double> taps = stackalloc double[9 * PanelWidth];
        Span<double> half = stackalloc double[3 * size * PanelWidth];
        Span<double> whole = stackalloc double[size * size * PanelWidth];
        for (int panel = first; panel < end; panel++)
        {
            int channel = panel * PanelWidth;
            int channels = Math.Min(PanelWidth, kernel.Outputs - channel);
            int stride = panel == Count - 1 ? LastVectors * width : PanelWidth;
            kernel.WriteBias(0, channel, channels, new Span<float>(block + _block.Length - _biasLength + channel, stride));
            float* packed = block + panel * PanelLength;
            taps.Clear();
            for (int start = 0; start < kernel.Inputs; start += InputBlock)
            {
                int inputs = Math.Min(InputBlock, kernel.Inputs - start);
                KernelTile tile = kernel.Read(reader, 0, (start, inputs), (channel, channels), tileMemory);
                for (int input = 0; input < inputs; input++)
                {
                    for (int k = 0; k < 9; k++)
                    {
                        ReadOnlySpan<float> tap = tileMemory.AsSpan(input * tile.InputStride + order[k]);
                        for (int i = 0; i < channels; i++)
                            taps[k * PanelWidth + i] = tap[i * tile.OutputStride];
                    }

                    Transform(g, taps, half, whole);
                    for (int coefficient = 0; coefficient < size * size; coefficient++)
                    {
                        var destination = new Span<float>(packed + ((long)coefficient * kernel.Inputs + start + input) * stride, stride);
                        TensorPrimitives.ConvertTruncating(whole.Slice(coefficient * PanelWidth, stride), destination);
                    }
                }
            }
        }

        ArrayPool<float>.Shared.Return(tileMemory);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transform(double[] g, ReadOnlySpan<double> taps, Span<double> half, Span<double> whole)
    {
        int size = g.Length / 3;
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
