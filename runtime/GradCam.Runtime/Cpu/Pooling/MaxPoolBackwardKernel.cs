using System.Runtime.CompilerServices;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Pooling;

/// <summary>
/// Gradient of max pooling, in pieces of input rows. A piece looks at every window that reaches into its rows, finds the window's maximum again and adds
/// the gradient there if the place is its own; so every place receives its gradients in the order of the windows, whoever computes them.
/// </summary>
internal unsafe struct MaxPoolBackwardKernel : IChannelKernel, IParallelJob
{
    private MapView _input;
    private MapView _outputGradient;
    private MapView _inputGradient;
    private Tensor _inputGradientTensor;
    private Extent _output;
    private PoolAxis _rows;
    private PoolAxis _columns;
    private GateRows _gate;
    private bool _accumulate;
    private RowPieces _pieces;
    private int _fromRow;
    private int _toRow;

    public static void Run(
        Team team, float* arena, PoolAxis rows, PoolAxis columns, in Tensor input, in Tensor outputGradient, in Tensor inputGradient,
        bool accumulate, in Gate gate)
    {
        var job = new MaxPoolBackwardKernel
        {
            _input = new MapView(arena, input),
            _outputGradient = new MapView(arena, outputGradient),
            _inputGradient = new MapView(arena, inputGradient),
            _inputGradientTensor = inputGradient,
            _output = (outputGradient.Height, outputGradient.Width),
            _rows = rows,
            _columns = columns,
            _gate = new GateRows(arena, inputGradient, gate),
            _accumulate = accumulate,
            _pieces = new RowPieces(team, input.Height, (long)input.Width * input.Channels, least: 8),
        };
        team.For(job._pieces.Count, job);
        if (!accumulate)
            HaloMemory.Clear(arena + inputGradient.Offset, inputGradient);
    }

    public readonly void Run(int index, int worker)
    {
        var part = this;
        (part._fromRow, part._toRow) = _pieces[index];
        if (!_accumulate)
        {
            for (int y = part._fromRow; y < part._toRow; y++)
                HaloMemory.ClearPixels(_inputGradient.Row(y), _inputGradientTensor.Width, _inputGradientTensor);
        }

        SimdWidth.ForEach(ref part, 0, _inputGradientTensor.Channels);
        _gate.Apply(part._fromRow, part._toRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<V>(int from, int to)
        where V : struct, ILanes<V>
    {
        for (int oy = 0; oy < _output.Height; oy++)
        {
            PoolRange rows = _rows.At(oy);
            if (rows.Count == 0 || rows.First >= _toRow || rows.First + (rows.Count - 1) * _rows.Dilation < _fromRow)
                continue;
            for (int ox = 0; ox < _output.Width; ox++)
            {
                PoolRange columns = _columns.At(ox);
                if (columns.Count > 0)
                    Window<V>(rows, columns, _outputGradient.Pixel(oy, ox), from, to);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Window<V>(PoolRange rows, PoolRange columns, float* gradient, int from, int to)
        where V : struct, ILanes<V>
    {
        nint rowStep = (nint)_rows.Dilation * _input.RowStride;
        nint step = (nint)_columns.Dilation * _input.PixelStride;
        nint gradientStep = (nint)_columns.Dilation * _inputGradient.PixelStride;
        for (nint c = from; c < to; c += V.Count)
        {
            // The place of the maximum is its number among the window's taps, exact in a float up to 2^24.
            float* row = _input.Pixel(rows.First, columns.First) + c;
            V best = V.Load(row), place = V.Zero;
            int number = 0;
            for (int ky = 0; ky < rows.Count; ky++, row += rowStep)
            {
                float* tap = row;
                for (int kx = 0; kx < columns.Count; kx++, tap += step, number++)
                {
                    // The first of equals wins; NaN wins over all, and the last NaN over others.
                    V value = V.Load(tap);
                    V isNumber = V.Equal(value, value);
                    V loses = V.Select(value > best, V.Zero, isNumber);
                    best = V.Select(loses, best, value);
                    place = V.Select(loses, place, V.All(number));
                }
            }

            V received = V.Load(gradient + c);
            number = 0;
            for (int ky = 0; ky < rows.Count; ky++)
            {
                int y = rows.First + ky * _rows.Dilation;
                if (y < _fromRow || y >= _toRow)
                {
                    number += columns.Count;
                    continue;
                }

                float* target = _inputGradient.Pixel(y, columns.First) + c;
                for (int kx = 0; kx < columns.Count; kx++, target += gradientStep, number++)
                    V.Store(V.Load(target) + (V.Equal(place, V.All(number)) & received), target);
            }
        }
    }
}
