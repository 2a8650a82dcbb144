using System.Runtime.CompilerServices;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu;

/// <summary>
/// Local response normalisation: x_c s_c^-beta with s_c = k + alpha / size * (sum of x^2 over the channels from c - size / 2 to
/// c + (size - 1) / 2). In pieces of rows.
/// </summary>
internal unsafe struct LocalResponseNormKernel : IParallelJob
{
    private MapView _input;
    private MapView _output;
    private LocalResponseNorm _op;
    private int _height;
    private int _width;
    private int _channels;
    private int _rowsPerPiece;

    /// <summary>Floats of scratch memory that the gradient needs for each thread: two values a channel.</summary>
    public static long ScratchLength(int channels) => 2L * channels;

    public static void Run(Team team, float* arena, in LocalResponseNorm op, in Tensor input, in Tensor output)
    {
        var job = new LocalResponseNormKernel
        {
            _input = new MapView(arena, input),
            _output = new MapView(arena, output),
            _op = op,
            _height = input.Height,
            _width = input.Width,
            _channels = input.Channels,
            _rowsPerPiece = Pieces.RowsPerPiece(input.Height, (long)input.Width * input.Channels),
        };
        team.For(Pieces.Count(input.Height, job._rowsPerPiece), job);
        HaloMemory.Clear(arena + output.Offset, output);
    }

    public readonly void Run(int index, int worker)
    {
        int from = index * _rowsPerPiece;
        int to = Math.Min(from + _rowsPerPiece, _height);
        for (int y = from; y < to; y++)
        {
            for (int x = 0; x < _width; x++)
            {
                var pixel = new Pixel { Op = _op, Input = _input.Pixel(y, x), Output = _output.Pixel(y, x), Channels = _channels };
                pixel.Run();
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

    /// <summary>One pixel: the channels whose whole neighbourhood exists in vectors, those near the ends one by one.</summary>
    private struct Pixel : IChannelKernel
    {
        public LocalResponseNorm Op;
        public float* Input;
        public float* Output;
        public int Channels;

        public void Run()
        {
            int first = Math.Min(Op.Size / 2, Channels);
            int end = Math.Max(Channels - (Op.Size - 1) / 2, first);
            Run<Lanes1>(0, first);
            SimdWidth.ForEach(ref this, first, end);
            Run<Lanes1>(end, Channels);
        }

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

                V.Store(V.Load(Input + c) * Power(V.MultiplyAdd(factor, sum, summand), Op.Beta), Output + c);
            }
        }
    }
}
