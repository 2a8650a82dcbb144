using System.Runtime.CompilerServices;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Normalization;

/// <summary>
/// Gradient of local response normalisation: g_c s_c^-beta - 2 alpha beta / size * x_c * (sum of g_i x_i s_i^(-beta - 1) over the channels i in whose
/// neighbourhood c is: from c - (size - 1) / 2 to c + size / 2). In pieces of rows; each thread keeps the two factors of a pixel's channels in its
/// scratch memory.
/// </summary>
internal unsafe struct LocalResponseNormBackwardKernel : IParallelJob
{
    private MapView _input;
    private MapView _outputGradient;
    private MapView _inputGradient;
    private LocalResponseNorm _op;
    private Neighbourhood _neighbourhood;
    private GateRows _gate;
    private float* _scratch;
    private long _scratchLength;
    private bool _accumulate;
    private int _width;
    private int _channels;
    private RowPieces _pieces;

    /// <summary>Floats of scratch memory for each thread: rows of squares and of both factors.</summary>
    public static long ScratchLength(in LocalResponseNorm op, int channels) =>
        2L * new Neighbourhood(op.Size, channels).RowLength(channels) + channels;

    public static void Run(
        in KernelContext context, float* arena, in LocalResponseNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient,
        bool accumulate, in Gate gate)
    {
        var job = new LocalResponseNormBackwardKernel
        {
            _input = new MapView(arena, input),
            _outputGradient = new MapView(arena, outputGradient),
            _inputGradient = new MapView(arena, inputGradient),
            _op = op,
            _neighbourhood = new Neighbourhood(op.Size, input.Channels),
            _gate = new GateRows(arena, inputGradient, gate),
            _scratch = context.Scratch,
            _scratchLength = context.ScratchLength,
            _accumulate = accumulate,
            _width = input.Width,
            _channels = input.Channels,
            _pieces = new RowPieces(context.Team, input.Height, (long)input.Width * input.Channels),
        };
        context.Team.For(job._pieces.Count, job);
        if (!accumulate)
            HaloMemory.Clear(arena + inputGradient.Offset, inputGradient);
    }

    public readonly void Run(int index, int worker)
    {
        (int from, int to) = _pieces[index];
        float* direct = _scratch + worker * _scratchLength;
        float* squares = direct + _channels;
        float* indirect = squares + _neighbourhood.RowLength(_channels);
        _neighbourhood.ClearEnds(squares, _channels);
        _neighbourhood.Reversed.ClearEnds(indirect, _channels);
        for (int y = from; y < to; y++)
        {
            for (int x = 0; x < _width; x++)
            {
                var square = new LocalResponseNormKernel.Square { Input = _input.Pixel(y, x), Squares = squares + _neighbourhood.Before };
                SimdWidth.ForEach(ref square, 0, _channels);
                var factors = new Factors
                {
                    Op = _op,
                    Neighbourhood = _neighbourhood,
                    Input = square.Input,
                    Squares = squares,
                    OutputGradient = _outputGradient.Pixel(y, x),
                    Direct = direct,
                    Indirect = indirect + _neighbourhood.Reversed.Before,
                };
                SimdWidth.ForEach(ref factors, 0, _channels);
                var sums = new Sums
                {
                    Op = _op,
                    Neighbourhood = _neighbourhood.Reversed,
                    Input = square.Input,
                    Direct = direct,
                    Indirect = indirect,
                    Target = _inputGradient.Pixel(y, x),
                    Accumulate = _accumulate,
                };
                SimdWidth.ForEach(ref sums, 0, _channels);
            }
        }

        _gate.Apply(from, to);
    }

    /// <summary>Direct: g s^-beta. Indirect: g x s^(-beta - 1).</summary>
    private struct Factors : IChannelKernel
    {
        public LocalResponseNorm Op;
        public Neighbourhood Neighbourhood;
        public float* Input;
        public float* Squares;
        public float* OutputGradient;
        public float* Direct;
        public float* Indirect;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<V>(int from, int to)
            where V : struct, ILanes<V>
        {
            V factor = V.All(Op.Alpha / Op.Size), summand = V.All(Op.Bias);
            for (nint c = from; c < to; c += V.Count)
            {
                V s = V.MultiplyAdd(factor, Neighbourhood.Sum<V>(Squares, c), summand);
                V direct = V.Load(OutputGradient + c) * LocalResponseNormKernel.Power(s, Op.Beta);
                V.Store(direct, Direct + c);
                V.Store(direct * V.Load(Input + c) / s, Indirect + c);
            }
        }
    }

    /// <summary>The gradient from the factors.</summary>
    private struct Sums : IChannelKernel
    {
        public LocalResponseNorm Op;
        public Neighbourhood Neighbourhood;
        public float* Input;
        public float* Direct;
        public float* Indirect;
        public float* Target;
        public bool Accumulate;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<V>(int from, int to)
            where V : struct, ILanes<V>
        {
            V factor = V.All(-2 * Op.Alpha * Op.Beta / Op.Size);
            for (nint c = from; c < to; c += V.Count)
            {
                V result = V.MultiplyAdd(factor * V.Load(Input + c), Neighbourhood.Sum<V>(Indirect, c), V.Load(Direct + c));
                if (Accumulate)
                    result += V.Load(Target + c);
                V.Store(result, Target + c);
            }
        }
    }
}
