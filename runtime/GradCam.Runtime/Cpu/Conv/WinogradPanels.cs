using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GradCam.Cpu.Packing;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Conv;

/// <summary>
/// A 3x3 kernel transformed, U = G g G^T in double precision, and packed: output channels in panels of two vectors (the last may have one), a panel is
/// [Size * Size][inputs][channels of the panel].
/// </summary>
internal sealed unsafe class WinogradPanels
{
    /// <summary>Room for the channels of a panel of any level.</summary>
    private const int RowLength = 32;

    /// <summary>Input channels that are read at a time.</summary>
    private const int TileInputs = 56;

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
        int coefficients = g.Length / 3 * (g.Length / 3);
        using WeightReader reader = kernel.Open();
        float[] memory = kernel.RentTile(TileInputs, PanelWidth);

        // One input channel at a time, all channels of the panel side by side: its taps and its coefficients.
        float* taps = stackalloc float[9 * RowLength];
        float* transformed = stackalloc float[coefficients * RowLength];
        for (int panel = first; panel < end; panel++)
        {
            int channel = panel * PanelWidth;
            int channels = Math.Min(PanelWidth, kernel.Outputs - channel);
            int stride = panel == Count - 1 ? LastVectors * width : PanelWidth;
            kernel.WriteBias(0, channel, channels, new Span<float>(block + _block.Length - _biasLength + channel, stride));
            float* packed = block + panel * PanelLength;
            new Span<float>(taps, 9 * RowLength).Clear();
            for (int start = 0; start < kernel.Inputs; start += TileInputs)
            {
                int inputs = Math.Min(TileInputs, kernel.Inputs - start);
                KernelTile tile = kernel.Read(reader, 0, (start, inputs), (channel, channels), memory);
                fixed (float* values = memory)
                {
                    for (int input = 0; input < inputs; input++)
                    {
                        // Within the tile, inputs x channels x 9.
                        for (int tap = 0; tap < 9; tap++)
                        {
                            float* source = values + input * tile.InputStride + order[tap];
                            for (int i = 0; i < channels; i++)
                                taps[tap * RowLength + i] = source[i * tile.OutputStride];
                        }

                        Transform(g, taps, transformed, PanelWidth);

                        // Within the panel, [coefficients][inputs][stride], stride <= RowLength.
                        float* destination = packed + (long)(start + input) * stride;
                        for (int i = 0; i < coefficients; i++)
                        {
                            float* from = transformed + i * RowLength;
                            float* to = destination + (long)i * kernel.Inputs * stride;
                            for (int c = 0; c < stride; c += 4)
                                Vector128.Load(from + c).StoreAlignedNonTemporal(to + c);
                        }
                    }
                }
            }
        }

        ArrayPool<float>.Shared.Return(memory);
    }

    /// <summary>
    /// U = G g G^T of some kernels side by side, in rows of <see cref="RowLength"/>. Rows are a multiple of every vector's length, so reading beyond the last
    /// kernel stays within them.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transform(double[] g, float* taps, float* transformed, int count)
    {
        int size = g.Length / 3;
        for (int c = 0; c < count; c += Vector<float>.Count)
        {
            for (int i = 0; i < size; i++)
            {
                ReadOnlySpan<double> left = g.AsSpan(3 * i, 3);
                Combine(left, taps + c, out Vector<double> low0, out Vector<double> high0);
                Combine(left, taps + RowLength + c, out Vector<double> low1, out Vector<double> high1);
                Combine(left, taps + 2 * RowLength + c, out Vector<double> low2, out Vector<double> high2);
                for (int j = 0; j < size; j++)
                {
                    Vector<double> g0 = new(g[3 * j]), g1 = new(g[3 * j + 1]), g2 = new(g[3 * j + 2]);
                    Vector<double> low = g0 * low0 + g1 * low1 + g2 * low2;
                    Vector<double> high = g0 * high0 + g1 * high1 + g2 * high2;
                    Vector.Store(Vector.Narrow(low, high), transformed + (i * size + j) * RowLength + c);
                }
            }
        }
    }

    /// <summary>A row of G times a column of the kernels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Combine(ReadOnlySpan<double> row, float* column, out Vector<double> low, out Vector<double> high)
    {
        Vector.Widen(Vector.Load(column), out Vector<double> low0, out Vector<double> high0);
        Vector.Widen(Vector.Load(column + 3 * RowLength), out Vector<double> low1, out Vector<double> high1);
        Vector.Widen(Vector.Load(column + 6 * RowLength), out Vector<double> low2, out Vector<double> high2);
        low = row[0] * low0 + row[1] * low1 + row[2] * low2;
        high = row[0] * high0 + row[1] * high1 + row[2] * high2;
    }
}
