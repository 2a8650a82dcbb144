using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Wasm;
using GradCam.Cpu.Conv.Algorithm;
using GradCam.Cpu.Conv.Direct;
using GradCam.Cpu.Packing;
using GradCam.Cpu.Simd;
using GradCam.Numerics;
using GradCam.Planning;

namespace GradCam.Cpu.Conv.Winograd;

/// <summary>
/// A 3x3 kernel transformed, U = G g G^T in double precision, and packed: output channels in panels of some vectors (<see cref="MicroKernels.PanelVectors"/>;
/// the last may have fewer), a panel is [Size * Size][inputs][channels of the panel].
/// </summary>
internal sealed unsafe class WinogradPanels
{
    /// <summary>Room for the channels of a panel of any level.</summary>
    private const int RowLength = 32;

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
        int[] taps = AxisTap.Indices(rows, columns, kernelColumns: 3);
        double[] matrix = transform.ToArray();
        _block = kernel.Plan.Packed.Add(
            ((long)size * size * kernel.Inputs + 1) * _biasLength, kernel.PartCount(PanelWidth),
            (block, first, end) => Pack(kernel, taps, matrix, width, block, first, end));
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

    private void Pack(KernelTensor kernel, int[] order, double[] g, int width, float* block, int first, int end)
    {
        using WeightReader reader = kernel.Open();
        for (int index = first; index < end; index++)
        {
            KernelPart part = kernel.Part(index, PanelWidth);
            int tileInputs = Math.Min(kernel.TileInputs(part.Outputs.Count), part.Inputs.Count);
            using TileMemory memory = kernel.MakeTile(tileInputs, part.Outputs.Count);
            int firstPanel = part.Outputs.First / PanelWidth;
            int endPanel = firstPanel + (part.Outputs.Count + PanelWidth - 1) / PanelWidth;
            for (int done = 0; done < part.Inputs.Count; done += tileInputs)
            {
                int input = part.Inputs.First + done;
                int inputs = Math.Min(tileInputs, part.Inputs.Count - done);
                KernelTile tile = kernel.Read(reader, 0, (input, inputs), part.Outputs, memory.Span);
                for (int panel = firstPanel; panel < endPanel; panel++)
                {
                    int channel = panel * PanelWidth;
                    int channels = Math.Min(PanelWidth, kernel.Outputs - channel);
                    int stride = panel == Count - 1 ? LastVectors * width : PanelWidth;
                    if (input == 0)
                        kernel.WriteBias(0, channel, channels, new Span<float>(block + _block.Length - _biasLength + channel, stride));
                    float* source = memory.Start + (panel - firstPanel) * PanelWidth * tile.OutputStride;
                    Pack(source, tile, order, g, inputs, channels, block + panel * PanelLength + (long)input * stride, stride, kernel.Inputs);
                }
            }
        }
    }

    /// <summary>Transforms some inputs of a panel.</summary>
    /// <param name="source">Their kernels, inputs x channels x 9.</param>
    /// <param name="tile">How they lie.</param>
    /// <param name="order">The taps in the order of the convolution.</param>
    /// <param name="g">The matrix G.</param>
    /// <param name="inputs">How many inputs.</param>
    /// <param name="channels">Channels of the panel that exist.</param>
    /// <param name="destination">The first input's first coefficients, in [coefficients][all inputs][stride].</param>
    /// <param name="stride">Channels of the panel, with those that fill its last vector; at most <see cref="RowLength"/>.</param>
    /// <param name="allInputs">Inputs of the panel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pack(
        float* source, KernelTile tile, int[] order, double[] g, int inputs, int channels, float* destination, int stride, int allInputs)
    {
        if (PackedSimd.IsSupported)
        {
            WasmKernelTransform.Run(source, tile, order, g, inputs, channels, destination, stride, allInputs);
            return;
        }

        // One input channel at a time, all channels of the panel side by side: its taps and its coefficients.
        int coefficients = g.Length / 3 * (g.Length / 3);
        double* taps = stackalloc double[9 * RowLength];
        float* transformed = stackalloc float[coefficients * RowLength];
        new Span<double>(taps, 9 * RowLength).Clear();
        for (int input = 0; input < inputs; input++)
        {
            for (int tap = 0; tap < 9; tap++)
            {
                float* from = source + input * tile.InputStride + order[tap];
                for (int i = 0; i < channels; i++)
                    taps[tap * RowLength + i] = from[i * tile.OutputStride];
            }

            Transform(g, taps, transformed, stride);
            for (int i = 0; i < coefficients; i++)
            {
                float* to = destination + ((long)i * allInputs + input) * stride;
                for (int c = 0; c < stride; c += Vector128<float>.Count)
                    Vector128.Load(transformed + i * RowLength + c).Store(to + c);
            }
        }
    }

    /// <summary>
    /// U = G g G^T of some kernels side by side, in rows of <see cref="RowLength"/>. Rows are a multiple of every vector's length, so reading beyond the last
    /// kernel stays within them.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transform(double[] g, double* taps, float* transformed, int count)
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
                    Vector.Store(Doubles.Narrow(low, high), transformed + (i * size + j) * RowLength + c);
                }
            }
        }
    }

    /// <summary>A row of G times a column of the kernels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Combine(ReadOnlySpan<double> row, double* column, out Vector<double> low, out Vector<double> high)
    {
        Vector<double> row0 = new(row[0]), row1 = new(row[1]), row2 = new(row[2]);
        low = row0 * Vector.Load(column) + row1 * Vector.Load(column + 3 * RowLength) + row2 * Vector.Load(column + 6 * RowLength);
        column += Vector<double>.Count;
        high = row0 * Vector.Load(column) + row1 * Vector.Load(column + 3 * RowLength) + row2 * Vector.Load(column + 6 * RowLength);
    }
}
