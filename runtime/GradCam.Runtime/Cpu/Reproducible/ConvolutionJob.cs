using System.Numerics;
using System.Runtime.CompilerServices;
using GradCam.Cpu.Conv.Algorithm;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Reproducible;

/// <summary>
/// A phase of a convolution, or of a gradient of one: each output is the sum of its products by taps, and within a tap by inputs, in blocks of
/// <see cref="BlockProducts"/> or a few more, which are then added to what the sum began with. A lane is an output, so the order is the same for vectors of any
/// width. In pieces of rows.
/// </summary>
internal unsafe struct ConvolutionJob : IParallelJob
{
    /// <summary>Products that are summed before they are added to the rest: with one running sum of thousands, the error is several times larger.</summary>
    private const int BlockProducts = 256;

    /// <summary>Pixels that share the weights that are loaded.</summary>
    private const int TilePixels = 4;

    private const int PanelVectors = 2;

    private MapView _input;
    private MapView _output;
    private MapView _residual;
    private bool _hasResidual;
    private float* _weights;
    private float* _bias;
    private int _groups;
    private int _panels;
    private int _inputs;
    private int _outputs;
    private int _tapRows;
    private int _tapColumns;
    private nint _tapRowStep;
    private nint _tapColumnStep;
    private int _width;
    private RowPieces _pieces;

    /// <summary>Outputs of a panel: the lanes of its vectors.</summary>
    public static int PanelLanes => PanelVectors * Vector<float>.Count;

    /// <summary>Computes all phases.</summary>
    /// <param name="team">The threads.</param>
    /// <param name="arena">The workspace.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="input">What is read, with its halo.</param>
    /// <param name="residual">What is added, the empty tensor for nothing; may be the output.</param>
    /// <param name="output">What is written.</param>
    public static void Run(Team team, float* arena, PackedKernel kernel, in Tensor input, in Tensor residual, in Tensor output)
    {
        for (int row = 0; row < kernel.Rows.Length; row++)
        {
            for (int column = 0; column < kernel.Columns.Length; column++)
            {
                AxisPhase rows = kernel.Rows[row], columns = kernel.Columns[column];
                int height = rows.Count(output.Height), width = columns.Count(output.Width);
                if (height > 0 && width > 0)
                    Run(team, arena, kernel, rows, columns, kernel.WeightsOf(row, column), (height, width), input, residual, output);
            }
        }
    }

    public readonly void Run(int index, int worker)
    {
        (int from, int to) = _pieces[index];
        if (_inputs == 1 && _outputs == 1)
        {
            for (int y = from; y < to; y++)
            {
                for (int x = 0; x < _width; x++)
                    Depthwise(_input.Pixel(y, x), _output.Pixel(y, x), _residual.Pixel(y, x));
            }

            return;
        }

        // A panel's weights come from memory once for all rows of the piece.
        float* weights = _weights;
        nint panelLength = (nint)_tapRows * _tapColumns * _inputs * PanelLanes;
        for (int group = 0; group < _groups; group++)
        {
            for (int first = 0; first < _panels * PanelLanes; first += PanelLanes, weights += panelLength)
            {
                for (int y = from; y < to; y++)
                {
                    for (int x = 0; x < _width; x += TilePixels)
                        Tile(y, x, weights, group * _inputs, group * _outputs + first, Math.Min(PanelLanes, _outputs - first));
                }
            }
        }
    }

    private static void Run(
        Team team, float* arena, PackedKernel kernel, AxisPhase rows, AxisPhase columns, float* weights, Extent size, in Tensor input, in Tensor residual,
        in Tensor output)
    {
        float* origin = arena + input.Offset + (nint)First(rows) * input.RowStride + (nint)First(columns) * input.PixelStride;
        var job = new ConvolutionJob
        {
            _input = new MapView(origin, rows.InputStep * input.RowStride, columns.InputStep * input.PixelStride),
            _output = Phase(arena, output, rows, columns),
            _residual = residual.IsEmpty ? default : Phase(arena, residual, rows, columns),
            _hasResidual = !residual.IsEmpty,
            _weights = weights,
            _bias = kernel.Bias,
            _groups = kernel.Groups,
            _panels = kernel.Panels,
            _inputs = kernel.Inputs,
            _outputs = kernel.Outputs,
            _tapRows = rows.Taps.Length,
            _tapColumns = columns.Taps.Length,
            _tapRowStep = (nint)Step(rows) * input.RowStride,
            _tapColumnStep = (nint)Step(columns) * input.PixelStride,
            _width = size.Width,
            _pieces = new RowPieces(team, size.Height, (long)size.Width * kernel.Groups * Math.Max(kernel.Outputs, kernel.Inputs)),
        };
        team.For(job._pieces.Count, job);

        static int First(AxisPhase phase) => phase.Taps.Length == 0 ? 0 : phase.Taps[0].Offset;

        // The taps of a phase are equally far apart.
        static int Step(AxisPhase phase) => phase.Taps.Length < 2 ? 0 : phase.Taps[1].Offset - phase.Taps[0].Offset;
    }

    private static MapView Phase(float* arena, in Tensor tensor, AxisPhase rows, AxisPhase columns) => new(
        arena + tensor.Offset + (nint)rows.Start * tensor.RowStride + (nint)columns.Start * tensor.PixelStride,
        rows.OutputStep * tensor.RowStride, columns.OutputStep * tensor.PixelStride);

    /// <summary>A pixel, each channel by itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Depthwise(float* input, float* output, float* residual)
    {
        for (nint c = 0; c < _groups; c += UnfusedLanes.Count)
        {
            nint count = _groups - c;
            UnfusedLanes sum = UnfusedLanes.Zero;
            float* weights = _weights + c;
            for (int ky = 0; ky < _tapRows; ky++)
            {
                float* tap = input + ky * _tapRowStep + c;
                for (int kx = 0; kx < _tapColumns; kx++, tap += _tapColumnStep, weights += _groups)
                    sum = UnfusedLanes.MultiplyAdd(UnfusedLanes.Load(tap, count), UnfusedLanes.Load(weights, count), sum);
            }

            Finish(sum, output + c, residual + c, _bias + c, count);
        }
    }

    /// <summary>Up to four pixels of a row, the outputs of a panel.</summary>
    /// <param name="y">The row.</param>
    /// <param name="x">The first column.</param>
    /// <param name="weights">The panel.</param>
    /// <param name="firstInput">The group's first input channel.</param>
    /// <param name="firstOutput">The panel's first output channel.</param>
    /// <param name="outputs">Outputs of the panel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Tile(int y, int x, float* weights, int firstInput, int firstOutput, int outputs)
    {
        int pixels = Math.Min(TilePixels, _width - x);
        // Beyond the row's end the last pixel stands in: it is computed again and not stored.
        float* row = _input.Pixel(y, x) + firstInput;
        nint step1 = pixels > 1 ? _input.PixelStride
            : 0, step2 = pixels > 2 ? 2 * _input.PixelStride
            : step1, step3 = pixels > 3 ? 3 * _input.PixelStride
            : step2;
        int width = Vector<float>.Count;
        float* totals = stackalloc float[TilePixels * PanelVectors * Vector<float>.Count];
        new Span<float>(totals, TilePixels * PanelLanes).Clear();
        Vector<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        int products = 0;
        for (int ky = 0; ky < _tapRows; ky++)
        {
            for (int kx = 0; kx < _tapColumns; kx++)
            {
                float* tap = row + ky * _tapRowStep + kx * _tapColumnStep;
                for (int done = 0; done < _inputs;)
                {
                    int some = Math.Min(_inputs - done, BlockProducts);
                    for (float* end = tap + some; tap < end; tap++, weights += PanelVectors * width)
                    {
                        Vector<float> w0 = Vector.Load(weights), w1 = Vector.Load(weights + width);
                        Vector<float> value = new(tap[0]);
                        a0 += value * w0;
                        a1 += value * w1;
                        value = new(tap[step1]);
                        b0 += value * w0;
                        b1 += value * w1;
                        value = new(tap[step2]);
                        c0 += value * w0;
                        c1 += value * w1;
                        value = new(tap[step3]);
                        d0 += value * w0;
                        d1 += value * w1;
                    }

                    done += some;
                    products += some;
                    if (products < BlockProducts)
                        continue;
                    Add(totals, a0, a1);
                    Add(totals + PanelVectors * width, b0, b1);
                    Add(totals + 2 * PanelVectors * width, c0, c1);
                    Add(totals + 3 * PanelVectors * width, d0, d1);
                    a0 = a1 = b0 = b1 = c0 = c1 = d0 = d1 = default;
                    products = 0;
                }
            }
        }

        Add(totals, a0, a1);
        Add(totals + PanelVectors * width, b0, b1);
        Add(totals + 2 * PanelVectors * width, c0, c1);
        Add(totals + 3 * PanelVectors * width, d0, d1);
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            float* output = _output.Pixel(y, x + pixel) + firstOutput;
            float* residual = _residual.Pixel(y, x + pixel) + firstOutput;
            for (int lane = 0; lane < outputs; lane += width)
                Finish(UnfusedLanes.Load(totals + pixel * PanelLanes + lane), output + lane, residual + lane, _bias + firstOutput + lane, outputs - lane);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float* totals, Vector<float> first, Vector<float> second)
    {
        (Vector.Load(totals) + first).Store(totals);
        (Vector.Load(totals + Vector<float>.Count) + second).Store(totals + Vector<float>.Count);
    }

    /// <summary>output = bias + sum, and then + residual. Where there is no bias or residual, its address counts for nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Finish(UnfusedLanes sum, float* output, float* residual, float* bias, nint count)
    {
        if (_bias is not null)
            sum = UnfusedLanes.Load(bias, count) + sum;
        if (_hasResidual)
            sum += UnfusedLanes.Load(residual, count);
        UnfusedLanes.Store(sum, output, count);
    }
}
