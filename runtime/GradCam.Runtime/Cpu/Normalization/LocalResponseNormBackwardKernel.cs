using System.Runtime.CompilerServices;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu;

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
    private GateRows _gate;
    private float* _scratch;
    private long _scratchLength;
    private bool _accumulate;
    private int _height;
    private int _width;
    private int _channels;
    private int _rowsPerPiece;

    public static void Run(
        Team team, float* arena, float* scratch, long scratchLength, in LocalResponseNorm op, in Tensor input, in Tensor outputGradient,
        in Tensor inputGradient, bool accumulate, in Gate gate)
    {
        var job = new LocalResponseNormBackwardKernel
        {
            _input = new MapView(arena, input),
            _outputGradient = new MapView(arena, outputGradient),
            _inputGradient = new MapView(arena, inputGradient),
            _op = op,
            _gate = new GateRows(arena, inputGradient, gate),
            _scratch = scratch,
            _scratchLength = scratchLength,
            _accumulate = accumulate,
            _height = input.Height,
            _width = input.Width,
            _channels = input.Channels,
            _rowsPerPiece = Pieces.RowsPerPiece(input.Height, (long)input.Width * input.Channels),
        };
        team.For(Pieces.Count(input.Height, job._rowsPerPiece), job);
        if (!accumulate)
            HaloMemory.Clear(arena + inputGradient.Offset, inputGradient);
    }

    public readonly void Run(int index, int worker)
    {
        int from = index * _rowsPerPiece;
        int to = Math.Min(from + _rowsPerPiece, _height);
        float* scratch = _scratch + worker * _scratchLength;
        for (int y = from; y < to; y++)
        {
            for (int x = 0; x < _width; x++)
            {
                var factors = new Factors
                {
                    Op = _op,
                    Input = _input.Pixel(y, x),
                    OutputGradient = _outputGradient.Pixel(y, x),
                    Direct = scratch,
                    Indirect = scratch + _channels,
                    Channels = _channels,
                };
                int first = Math.Min(_op.Size / 2, _channels);
                int end = Math.Max(_channels - (_op.Size - 1) / 2, first);
                factors.Run<Lanes1>(0, first);
                SimdWidth.ForEach(ref factors, first, end);
                factors.Run<Lanes1>(end, _channels);

                var sums = new Sums { Factors = factors, Target = _inputGradient.Pixel(y, x), Accumulate = _accumulate };
                first = Math.Min((_op.Size - 1) / 2, _channels);
                end = Math.Max(_channels - _op.Size / 2, first);
                sums.Run<Lanes1>(0, first);
                SimdWidth.ForEach(ref sums, first, end);
                sums.Run<Lanes1>(end, _channels);
            }
        }

        _gate.Apply(from, to);
    }

    /// <summary>Direct: g s^-beta. Indirect: g x s^(-beta - 1).</summary>
    private struct Factors : IChannelKernel
    {
        public LocalResponseNorm Op;
        public float* Input;
        public float* OutputGradient;
        public float* Direct;
        public float* Indirect;
        public int Channels;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<V>(int from, int to)
            where V : struct, ILanes<V>
        {
            V factor = V.All(Op.Alpha / Op.Size), summand = V.All(Op.K);
            for (int c = from; c < to; c += V.Count)
            {
                V sum = V.Zero;
                int last = Math.Min(c + (Op.Size - 1) / 2, Channels - 1);
                for (int j = Math.Max(c - Op.Size / 2, 0); j <= last; j++)
                {
                    V neighbour = V.Load(Input + j);
                    sum = V.MultiplyAdd(neighbour, neighbour, sum);
                }

                V s = V.MultiplyAdd(factor, sum, summand);
                V direct = V.Load(OutputGradient + c) * LocalResponseNormKernel.Power(s, Op.Beta);
                V.Store(direct, Direct + c);
                V.Store(direct * V.Load(Input + c) / s, Indirect + c);
            }
        }
    }

    /// <summary>The gradient from the factors.</summary>
    private struct Sums : IChannelKernel
    {
        public Factors Factors;
        public float* Target;
        public bool Accumulate;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<V>(int from, int to)
            where V : struct, ILanes<V>
        {
            int size = Factors.Op.Size;
            V factor = V.All(-2 * Factors.Op.Alpha * Factors.Op.Beta / size);
            for (int c = from; c < to; c += V.Count)
            {
                V sum = V.Zero;
                int last = Math.Min(c + size / 2, Factors.Channels - 1);
                for (int i = Math.Max(c - (size - 1) / 2, 0); i <= last; i++)
                    sum += V.Load(Factors.Indirect + i);
                V result = V.MultiplyAdd(factor * V.Load(Factors.Input + c), sum, V.Load(Factors.Direct + c));
                if (Accumulate)
                    result += V.Load(Target + c);
                V.Store(result, Target + c);
            }
        }
    }
}
