using System.Runtime.CompilerServices;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Normalization;

/// <summary>Gradient of softmax from its output y: y (g - sum g y) over the channels of each pixel. In pieces of rows.</summary>
internal unsafe struct SoftmaxBackwardKernel : IPixelKernel, IParallelJob
{
    private MapView _output;
    private MapView _outputGradient;
    private MapView _inputGradient;
    private GateRows _gate;
    private bool _accumulate;
    private int _width;
    private int _channels;
    private RowPieces _pieces;
    private int _fromRow;
    private int _toRow;

    public static void Run(
        Team team, float* arena, in Tensor output, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate)
    {
        var job = new SoftmaxBackwardKernel
        {
            _output = new MapView(arena, output),
            _outputGradient = new MapView(arena, outputGradient),
            _inputGradient = new MapView(arena, inputGradient),
            _gate = new GateRows(arena, inputGradient, gate),
            _accumulate = accumulate,
            _width = output.Width,
            _channels = output.Channels,
            _pieces = new RowPieces(team, output.Height, (long)output.Width * output.Channels),
        };
        team.For(job._pieces.Count, job);
        if (!accumulate)
            HaloMemory.Clear(arena + inputGradient.Offset, inputGradient);
    }

    public readonly void Run(int index, int worker)
    {
        var part = this;
        (part._fromRow, part._toRow) = _pieces[index];
        SimdWidth.InWidest(ref part);
        _gate.Apply(part._fromRow, part._toRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<V>()
        where V : struct, ILanes<V>
    {
        int whole = _channels - _channels % V.Count;
        for (int y = _fromRow; y < _toRow; y++)
        {
            for (int x = 0; x < _width; x++)
            {
                float* output = _output.Pixel(y, x);
                float* gradient = _outputGradient.Pixel(y, x);
                float* target = _inputGradient.Pixel(y, x);
                float product = Product<V>(output, gradient, 0, whole) + Product<Lanes1>(output, gradient, whole, _channels);
                Write<V>(output, gradient, target, product, 0, whole);
                Write<Lanes1>(output, gradient, target, product, whole, _channels);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Product<V>(float* output, float* gradient, int from, int to)
        where V : struct, ILanes<V>
    {
        V sum = V.Zero;
        for (nint c = from; c < to; c += V.Count)
            sum = V.MultiplyAdd(V.Load(output + c), V.Load(gradient + c), sum);
        return V.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Write<V>(float* output, float* gradient, float* target, float product, int from, int to)
        where V : struct, ILanes<V>
    {
        for (nint c = from; c < to; c += V.Count)
        {
            V result = V.Load(output + c) * (V.Load(gradient + c) - V.All(product));
            if (_accumulate)
                result += V.Load(target + c);
            V.Store(result, target + c);
        }
    }
}
