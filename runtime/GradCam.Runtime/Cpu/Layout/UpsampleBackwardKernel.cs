using System.Runtime.CompilerServices;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Layout;

/// <summary>
/// Gradient of upsampling, in pieces of input rows. A piece goes through the outputs that are made of its rows and adds their gradients to their pixels;
/// so every pixel receives its gradients in the order of the outputs, whoever computes them.
/// </summary>
internal unsafe struct UpsampleBackwardKernel : IChannelKernel, IParallelJob
{
    private MapView _outputGradient;
    private MapView _inputGradient;
    private Tensor _inputGradientTensor;
    private Extent _output;
    private UpsampleAxis _rows;
    private UpsampleAxis _columns;
    private GateRows _gate;
    private bool _accumulate;
    private RowPieces _pieces;
    private int _fromRow;
    private int _toRow;

    public static void Run(
        Team team, float* arena, Interpolation interpolation, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate)
    {
        var job = new UpsampleBackwardKernel
        {
            _outputGradient = new MapView(arena, outputGradient),
            _inputGradient = new MapView(arena, inputGradient),
            _inputGradientTensor = inputGradient,
            _output = (outputGradient.Height, outputGradient.Width),
            _rows = new UpsampleAxis(interpolation, inputGradient.Height, outputGradient.Height),
            _columns = new UpsampleAxis(interpolation, inputGradient.Width, outputGradient.Width),
            _gate = new GateRows(arena, inputGradient, gate),
            _accumulate = accumulate,
            _pieces = new RowPieces(team, inputGradient.Height, (long)inputGradient.Width * inputGradient.Channels, least: 4),
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
            (int top, int bottom, float lower) = _rows.At(oy);
            if (top >= _fromRow && top < _toRow)
                AddRow<V>(oy, top, 1 - lower, from, to);
            if (lower != 0 && bottom >= _fromRow && bottom < _toRow)
                AddRow<V>(oy, bottom, lower, from, to);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void AddRow<V>(int oy, int iy, float weight, int from, int to)
        where V : struct, ILanes<V>
    {
        for (int ox = 0; ox < _output.Width; ox++)
        {
            (int left, int right, float further) = _columns.At(ox);
            float* gradient = _outputGradient.Pixel(oy, ox);
            Add<V>(gradient, _inputGradient.Pixel(iy, left), weight * (1 - further), from, to);
            if (further != 0)
                Add<V>(gradient, _inputGradient.Pixel(iy, right), weight * further, from, to);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<V>(float* gradient, float* target, float weight, int from, int to)
        where V : struct, ILanes<V>
    {
        V factor = V.All(weight);
        for (nint c = from; c < to; c += V.Count)
            V.Store(V.MultiplyAdd(factor, V.Load(gradient + c), V.Load(target + c)), target + c);
    }
}
