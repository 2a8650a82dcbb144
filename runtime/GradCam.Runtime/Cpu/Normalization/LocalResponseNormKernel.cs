using System.Runtime.CompilerServices;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Normalization;

/// <summary>
/// Local response normalisation: x_c s_c^-beta with s_c = k + alpha / size * (sum of x^2 over the channels from c - size / 2 to
/// c + (size - 1) / 2). In pieces of rows.
/// </summary>
internal unsafe struct LocalResponseNormKernel : IParallelJob
{
    private MapView _input;
    private MapView _output;
    private LocalResponseNorm _op;
    private Neighbourhood _neighbourhood;
    private float* _scratch;
    private long _scratchLength;
    private int _width;
    private int _channels;
    private RowPieces _pieces;

    /// <summary>Floats of scratch memory for each thread: a row of squares.</summary>
    public static long ScratchLength(in LocalResponseNorm op, int channels) => new Neighbourhood(op.Size, channels).RowLength(channels);

    public static void Run(in KernelContext context, float* arena, in LocalResponseNorm op, in Tensor input, in Tensor output)
    {
        var job = new LocalResponseNormKernel
        {
            _input = new MapView(arena, input),
            _output = new MapView(arena, output),
            _op = op,
            _neighbourhood = new Neighbourhood(op.Size, input.Channels),
            _scratch = context.Scratch,
            _scratchLength = context.ScratchLength,
            _width = input.Width,
            _channels = input.Channels,
            _pieces = new RowPieces(context.Team, input.Height, (long)input.Width * input.Channels),
        };
        context.Team.For(job._pieces.Count, job);
        HaloMemory.Clear(arena + output.Offset, output);
    }

    public readonly void Run(int index, int worker)
    {
        (int from, int to) = _pieces[index];
        float* squares = _scratch + worker * _scratchLength;
        _neighbourhood.ClearEnds(squares, _channels);
        for (int y = from; y < to; y++)
        {
            for (int x = 0; x < _width; x++)
            {
                var square = new Square { Input = _input.Pixel(y, x), Squares = squares + _neighbourhood.Before };
                SimdWidth.ForEach(ref square, 0, _channels);
                var product = new Product
                {
                    Op = _op,
                    Neighbourhood = _neighbourhood,
                    Input = square.Input,
                    Squares = squares,
                    Output = _output.Pixel(y, x),
                };
                SimdWidth.ForEach(ref product, 0, _channels);
            }
        }
    }

    /// <summary>The factor s^-beta.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Power<V>(V s, float beta)
        where V : struct, ILanes<V>
    {
        if (beta == 0.75f)
        {
            V root = V.Sqrt(s);
            return V.All(1f) / (root * V.Sqrt(root));
        }

        return LaneMath.Power(s, -beta);
    }

    /// <summary>A pixel's squares.</summary>
    public struct Square : IChannelKernel
    {
        public float* Input;
        public float* Squares;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<V>(int from, int to)
            where V : struct, ILanes<V>
        {
            for (nint c = from; c < to; c += V.Count)
            {
                V x = V.Load(Input + c);
                V.Store(x * x, Squares + c);
            }
        }
    }

    /// <summary>A pixel's output from its squares.</summary>
    private struct Product : IChannelKernel
    {
        public LocalResponseNorm Op;
        public Neighbourhood Neighbourhood;
        public float* Input;
        public float* Squares;
        public float* Output;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<V>(int from, int to)
            where V : struct, ILanes<V>
        {
            V factor = V.All(Op.Alpha / Op.Size), summand = V.All(Op.Bias);
            for (nint c = from; c < to; c += V.Count)
            {
                V s = V.MultiplyAdd(factor, Neighbourhood.Sum<V>(Squares, c), summand);
                V.Store(V.Load(Input + c) * Power(s, Op.Beta), Output + c);
            }
        }
    }
}
