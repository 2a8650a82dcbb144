using System.Runtime.CompilerServices;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Normalization;

/// <summary>exp(x - max x) / sum exp(x - max x) over the channels of each pixel. In pieces of rows.</summary>
internal unsafe struct SoftmaxKernel : IPixelKernel, IParallelJob
{
    private MapView _input;
    private MapView _output;
    private int _width;
    private int _channels;
    private RowPieces _pieces;
    private int _fromRow;
    private int _toRow;

    public static void Run(Team team, float* arena, in Tensor input, in Tensor output)
    {
        var job = new SoftmaxKernel
        {
            _input = new MapView(arena, input),
            _output = new MapView(arena, output),
            _width = input.Width,
            _channels = input.Channels,
            _pieces = new RowPieces(team, input.Height, (long)input.Width * input.Channels),
        };
        team.For(job._pieces.Count, job);
        HaloMemory.Clear(arena + output.Offset, output);
    }

    public readonly void Run(int index, int worker)
    {
        var part = this;
        (part._fromRow, part._toRow) = _pieces[index];
        SimdWidth.InWidest(ref part);
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
                float* input = _input.Pixel(y, x);
                float* output = _output.Pixel(y, x);
                float largest = MathF.Max(Largest<V>(input, 0, whole), Largest<Lanes1>(input, whole, _channels));
                float sum = Exponentials<V>(input, output, largest, 0, whole) + Exponentials<Lanes1>(input, output, largest, whole, _channels);
                Scale<V>(output, 1 / sum, 0, whole);
                Scale<Lanes1>(output, 1 / sum, whole, _channels);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Largest<V>(float* input, int from, int to)
        where V : struct, ILanes<V>
    {
        V largest = V.All(float.NegativeInfinity);
        for (nint c = from; c < to; c += V.Count)
            largest = V.Max(largest, V.Load(input + c));
        return V.Largest(largest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Exponentials<V>(float* input, float* output, float largest, int from, int to)
        where V : struct, ILanes<V>
    {
        V sum = V.Zero;
        for (nint c = from; c < to; c += V.Count)
        {
            V exponential = LaneMath.Exp(V.Load(input + c) - V.All(largest));
            V.Store(exponential, output + c);
            sum += exponential;
        }

        return V.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scale<V>(float* output, float factor, int from, int to)
        where V : struct, ILanes<V>
    {
        for (nint c = from; c < to; c += V.Count)
            V.Store(V.Load(output + c) * V.All(factor), output + c);
    }
}
