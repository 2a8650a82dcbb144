using System.Runtime.CompilerServices;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Pointwise.Functions;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Pooling;

/// <summary>Gradient of average pooling, in pieces of input rows: every input gathers its share of the outputs that it goes into.</summary>
internal unsafe struct AveragePoolBackwardKernel : IChannelKernel, IParallelJob
{
    private MapView _outputGradient;
    private MapView _inputGradient;
    private PoolAxis _rows;
    private PoolAxis _columns;
    private GateRows _gate;
    private bool _accumulate;
    private int _width;
    private int _channels;
    private RowPieces _pieces;
    private int _fromRow;
    private int _toRow;

    public static void Run(
        Team team, float* arena, PoolAxis rows, PoolAxis columns, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate)
    {
        if (outputGradient.Pixels == 1 && rows.At(0).Count == inputGradient.Height && columns.At(0).Count == inputGradient.Width)
        {
            // The mean of everything: one pixel, spread.
            var scale = new ScaleFunction(1f / ((float)rows.At(0).Divisor * columns.At(0).Divisor));
            ElementwiseJob<ScaleFunction>.Run(
                team, arena, scale, MapView.Spread(arena, outputGradient, inputGradient), default, default, inputGradient, accumulate, gate);
            return;
        }

        var job = new AveragePoolBackwardKernel
        {
            _outputGradient = new MapView(arena, outputGradient),
            _inputGradient = new MapView(arena, inputGradient),
            _rows = rows,
            _columns = columns,
            _gate = new GateRows(arena, inputGradient, gate),
            _accumulate = accumulate,
            _width = inputGradient.Width,
            _channels = inputGradient.Channels,
            _pieces = new RowPieces(team, inputGradient.Height, (long)inputGradient.Width * inputGradient.Channels),
        };
        team.For(job._pieces.Count, job);
        if (!accumulate)
            HaloMemory.Clear(arena + inputGradient.Offset, inputGradient);
    }

    public readonly void Run(int index, int worker)
    {
        var part = this;
        (part._fromRow, part._toRow) = _pieces[index];
        SimdWidth.ForEach(ref part, 0, _channels);
        _gate.Apply(part._fromRow, part._toRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<V>(int from, int to)
        where V : struct, ILanes<V>
    {
        for (int iy = _fromRow; iy < _toRow; iy++)
        {
            (int firstRow, int endRow) = _rows.Covering(iy);
            for (int ix = 0; ix < _width; ix++)
            {
                (int firstColumn, int endColumn) = _columns.Covering(ix);
                float* target = _inputGradient.Pixel(iy, ix);
                bool add = _accumulate;
                for (int oy = firstRow; oy < endRow; oy++)
                {
                    for (int ox = firstColumn; ox < endColumn; ox++)
                    {
                        V factor = V.All(1f / ((float)_rows.At(oy).Divisor * _columns.At(ox).Divisor));
                        float* source = _outputGradient.Pixel(oy, ox);
                        for (nint c = from; c < to; c += V.Count)
                            V.Store(add ? V.MultiplyAdd(factor, V.Load(source + c), V.Load(target + c)) : factor * V.Load(source + c), target + c);
                        add = true;
                    }
                }

                if (!add)
                {
                    for (nint c = from; c < to; c += V.Count)
                        V.Store(V.Zero, target + c);
                }
            }
        }
    }
}
