using System.Runtime.CompilerServices;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Normalization;

/// <summary>
/// Group norm: (x - mean) / sqrt(variance + epsilon) * weight + bias, mean and variance over the pixels and channels of a group. Sums go over the pixels
/// channel by channel, a row at a time, and then over a group's channels, so that they do not depend on how groups are divided among threads, nor on the
/// vectors' width.
/// </summary>
internal unsafe struct GroupNormKernel : IPixelKernel, IParallelJob
{
    private MapView _input;
    private MapView _output;
    private float* _weight;
    private float* _bias;
    private float* _scratch;
    private long _scratchLength;
    private GroupPieces _pieces;
    private float* _center;
    private float* _inverse;
    private int _from;
    private int _to;

    /// <summary>Floats of scratch memory for each thread: mean and 1 / deviation a channel.</summary>
    public static long ScratchLength(int channels) => 2L * channels;

    public static void Run(in KernelContext context, float* arena, ChannelParameters parameters, in GroupNorm op, in Tensor input, in Tensor output)
    {
        var job = new GroupNormKernel
        {
            _input = new MapView(arena, input),
            _output = new MapView(arena, output),
            _weight = parameters.Scale,
            _bias = parameters.Shift,
            _scratch = context.Scratch,
            _scratchLength = context.ScratchLength,
            _pieces = new GroupPieces(op, input),
        };
        context.Team.For(job._pieces.Count, job);
        HaloMemory.Clear(arena + output.Offset, output);
    }

    public readonly void Run(int index, int worker)
    {
        var part = this;
        (part._from, part._to) = _pieces.Channels(index);
        part._center = _scratch + worker * _scratchLength;
        part._inverse = part._center + _pieces.ChannelCount;
        SimdWidth.InWidest(ref part);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<V>()
        where V : struct, ILanes<V>
    {
        _pieces.Moments<V>(_input, _from, _to, _center, _inverse);
        int whole = _to - (_to - _from) % V.Count;
        for (int y = 0; y < _pieces.Height; y++)
        {
            for (int x = 0; x < _pieces.Width; x++)
            {
                Normalize<V>(_input.Pixel(y, x), _output.Pixel(y, x), _from, whole);
                Normalize<Lanes1>(_input.Pixel(y, x), _output.Pixel(y, x), whole, _to);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Normalize<V>(float* input, float* output, int from, int to)
        where V : struct, ILanes<V>
    {
        for (nint c = from; c < to; c += V.Count)
        {
            V h = (V.Load(input + c) - V.Load(_center + c)) * V.Load(_inverse + c);
            V.Store(V.MultiplyAdd(h, V.Load(_weight + c), V.Load(_bias + c)), output + c);
        }
    }

    /// <summary>
    /// With h = (x - mean) / deviation and u = weight * gradient, the gradient is (u - mean(u) - h mean(u h)) / deviation, the means those of the group.
    /// </summary>
    internal struct Gradient : IPixelKernel, IParallelJob
    {
        private MapView _input;
        private MapView _outputGradient;
        private MapView _inputGradient;
        private float* _weight;
        private bool _accumulate;
        private float* _scratch;
        private long _scratchLength;
        private GroupPieces _pieces;
        private float* _center;
        private float* _inverse;
        private float* _meanOfU;
        private float* _meanOfProduct;
        private int _from;
        private int _to;

        /// <summary>Floats of scratch memory for each thread: four numbers a channel.</summary>
        public static long ScratchLength(int channels) => 4L * channels;

        public static void Run(
            in KernelContext context, float* arena, ChannelParameters parameters, in GroupNorm op, in Tensor input, in Tensor outputGradient,
            in Tensor inputGradient, bool accumulate, in Gate gate)
        {
            var job = new Gradient
            {
                _input = new MapView(arena, input),
                _outputGradient = new MapView(arena, outputGradient),
                _inputGradient = new MapView(arena, inputGradient),
                _weight = parameters.Scale,
                _accumulate = accumulate,
                _scratch = context.Scratch,
                _scratchLength = context.ScratchLength,
                _pieces = new GroupPieces(op, input),
            };
            context.Team.For(job._pieces.Count, job);
            new GateRows(arena, inputGradient, gate).Apply(0, inputGradient.Height);
            if (!accumulate)
                HaloMemory.Clear(arena + inputGradient.Offset, inputGradient);
        }

        public readonly void Run(int index, int worker)
        {
            var part = this;
            (part._from, part._to) = _pieces.Channels(index);
            part._center = _scratch + worker * _scratchLength;
            part._inverse = part._center + _pieces.ChannelCount;
            part._meanOfU = part._inverse + _pieces.ChannelCount;
            part._meanOfProduct = part._meanOfU + _pieces.ChannelCount;
            SimdWidth.InWidest(ref part);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<V>()
            where V : struct, ILanes<V>
        {
            _pieces.Moments<V>(_input, _from, _to, _center, _inverse);
            int whole = _to - (_to - _from) % V.Count;
            Sums<V>(_from, whole);
            Sums<Lanes1>(whole, _to);
            _pieces.ToMeans(_meanOfU, _from, _to);
            _pieces.ToMeans(_meanOfProduct, _from, _to);
            for (int y = 0; y < _pieces.Height; y++)
            {
                for (int x = 0; x < _pieces.Width; x++)
                {
                    Write<V>(_input.Pixel(y, x), _outputGradient.Pixel(y, x), _inputGradient.Pixel(y, x), _from, whole);
                    Write<Lanes1>(_input.Pixel(y, x), _outputGradient.Pixel(y, x), _inputGradient.Pixel(y, x), whole, _to);
                }
            }
        }

        /// <summary>The sums over the pixels of u and of u h, of each channel.</summary>
        private readonly void Sums<V>(int from, int to)
            where V : struct, ILanes<V>
        {
            for (nint c = from; c < to; c += V.Count)
            {
                V weight = V.Load(_weight + c), center = V.Load(_center + c), inverse = V.Load(_inverse + c), sums = V.Zero, products = V.Zero;
                for (int y = 0; y < _pieces.Height; y++)
                {
                    V rowSums = V.Zero, rowProducts = V.Zero;
                    for (int x = 0; x < _pieces.Width; x++)
                    {
                        V u = weight * V.Load(_outputGradient.Pixel(y, x) + c);
                        rowSums += u;
                        rowProducts = V.MultiplyAdd(u, (V.Load(_input.Pixel(y, x) + c) - center) * inverse, rowProducts);
                    }

                    sums += rowSums;
                    products += rowProducts;
                }

                V.Store(sums, _meanOfU + c);
                V.Store(products, _meanOfProduct + c);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Write<V>(float* input, float* gradient, float* target, int from, int to)
            where V : struct, ILanes<V>
        {
            for (nint c = from; c < to; c += V.Count)
            {
                V inverse = V.Load(_inverse + c);
                V u = V.Load(_weight + c) * V.Load(gradient + c);
                V h = (V.Load(input + c) - V.Load(_center + c)) * inverse;
                V result = (u - V.Load(_meanOfU + c) - h * V.Load(_meanOfProduct + c)) * inverse;
                if (_accumulate)
                    result += V.Load(target + c);
                V.Store(result, target + c);
            }
        }
    }

    /// <summary>Whole groups as pieces of work, and what all channels of a group share.</summary>
    private readonly struct GroupPieces
    {
        /// <summary>Elements below which waking another thread costs more than it gains.</summary>
        private const int AloneElements = 1 << 15;

        /// <summary>Channels of a piece at least: a cache line of each pixel.</summary>
        private const int PieceChannels = 16;

        private readonly int _groups;
        private readonly int _channelsPerGroup;
        private readonly float _epsilon;

        public GroupPieces(in GroupNorm op, in Tensor map)
        {
            _groups = op.Groups;
            _channelsPerGroup = map.Channels / op.Groups;
            _epsilon = (float)op.Epsilon;
            ChannelCount = map.Channels;
            Height = map.Height;
            Width = map.Width;
            Count = (long)map.Channels * map.Height * map.Width > AloneElements ? Math.Clamp(map.Channels / PieceChannels, 1, op.Groups) : 1;
        }

        public int Count { get; }

        public int ChannelCount { get; }

        public int Height { get; }

        public int Width { get; }

        /// <summary>The first channel of a piece, and the one after its last.</summary>
        public (int From, int To) Channels(int index) =>
            ((int)((long)_groups * index / Count) * _channelsPerGroup, (int)((long)_groups * (index + 1) / Count) * _channelsPerGroup);

        /// <summary>The mean and 1 / sqrt(variance + epsilon) of each channel's group.</summary>
        public void Moments<V>(in MapView map, int from, int to, float* center, float* inverse)
            where V : struct, ILanes<V>
        {
            int whole = to - (to - from) % V.Count;
            Sums<V>(map, from, whole, center);
            Sums<Lanes1>(map, whole, to, center);
            ToMeans(center, from, to);

            // A second pass over the deviations: the difference of the mean square and the squared mean would cancel.
            Squares<V>(map, from, whole, center, inverse);
            Squares<Lanes1>(map, whole, to, center, inverse);
            ToMeans(inverse, from, to);
            for (int c = from; c < to; c++)
                inverse[c] = 1 / MathF.Sqrt(inverse[c] + _epsilon);
        }

        /// <summary>Replaces each channel's sum over the pixels by its group's mean.</summary>
        public void ToMeans(float* sums, int from, int to)
        {
            for (int group = from; group < to; group += _channelsPerGroup)
            {
                double sum = 0;
                for (int c = group; c < group + _channelsPerGroup; c++)
                    sum += sums[c];
                new Span<float>(sums + group, _channelsPerGroup).Fill((float)(sum / ((double)_channelsPerGroup * Height * Width)));
            }
        }

        private void Sums<V>(in MapView map, int from, int to, float* sums)
            where V : struct, ILanes<V>
        {
            for (nint c = from; c < to; c += V.Count)
            {
                V sum = V.Zero;
                for (int y = 0; y < Height; y++)
                {
                    V row = V.Zero;
                    for (int x = 0; x < Width; x++)
                        row += V.Load(map.Pixel(y, x) + c);
                    sum += row;
                }

                V.Store(sum, sums + c);
            }
        }

        private void Squares<V>(in MapView map, int from, int to, float* center, float* squares)
            where V : struct, ILanes<V>
        {
            for (nint c = from; c < to; c += V.Count)
            {
                V mean = V.Load(center + c), sum = V.Zero;
                for (int y = 0; y < Height; y++)
                {
                    V row = V.Zero;
                    for (int x = 0; x < Width; x++)
                    {
                        V difference = V.Load(map.Pixel(y, x) + c) - mean;
                        row = V.MultiplyAdd(difference, difference, row);
                    }

                    sum += row;
                }

                V.Store(sum, squares + c);
            }
        }
    }
}
