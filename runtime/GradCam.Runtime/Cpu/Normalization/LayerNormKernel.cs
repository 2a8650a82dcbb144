using System.Runtime.CompilerServices;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Normalization;

/// <summary>Layer norm of each pixel over its channels: (x - mean) / sqrt(variance + epsilon) * weight + bias. In pieces of rows.</summary>
internal unsafe struct LayerNormKernel : IPixelKernel, IParallelJob
{
    private MapView _input;
    private MapView _output;
    private float* _weight;
    private float* _bias;
    private float _epsilon;
    private int _width;
    private int _channels;
    private RowPieces _pieces;
    private int _fromRow;
    private int _toRow;

    public static void Run(Team team, float* arena, ChannelParameters parameters, double epsilon, in Tensor input, in Tensor output)
    {
        var job = new LayerNormKernel
        {
            _input = new MapView(arena, input),
            _output = new MapView(arena, output),
            _weight = parameters.Scale,
            _bias = parameters.Shift,
            _epsilon = (float)epsilon,
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
                (float mean, float inverse) = Moments<V>(input, _channels, _epsilon);
                Normalize<V>(input, output, mean, inverse, 0, whole);
                Normalize<Lanes1>(input, output, mean, inverse, whole, _channels);
            }
        }
    }

    /// <summary>The mean and 1 / sqrt(variance + epsilon) of a pixel's channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (float Mean, float Inverse) Moments<V>(float* x, int channels, float epsilon)
        where V : struct, ILanes<V>
    {
        V a = V.Zero, b = V.Zero;
        nint c = 0;
        for (; c <= channels - 2 * V.Count; c += 2 * V.Count)
        {
            a += V.Load(x + c);
            b += V.Load(x + c + V.Count);
        }

        for (; c <= channels - V.Count; c += V.Count)
            a += V.Load(x + c);
        float sum = V.Sum(a + b);
        for (; c < channels; c++)
            sum += x[c];
        float mean = sum / channels;

        // A second pass over the deviations: the difference of the mean square and the squared mean would cancel.
        V center = V.All(mean);
        a = V.Zero;
        b = V.Zero;
        c = 0;
        for (; c <= channels - 2 * V.Count; c += 2 * V.Count)
        {
            V first = V.Load(x + c) - center, second = V.Load(x + c + V.Count) - center;
            a = V.MultiplyAdd(first, first, a);
            b = V.MultiplyAdd(second, second, b);
        }

        for (; c <= channels - V.Count; c += V.Count)
        {
            V first = V.Load(x + c) - center;
            a = V.MultiplyAdd(first, first, a);
        }

        float squares = V.Sum(a + b);
        for (; c < channels; c++)
            squares += (x[c] - mean) * (x[c] - mean);
        return (mean, 1 / MathF.Sqrt(squares / channels + epsilon));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Normalize<V>(float* input, float* output, float mean, float inverse, int from, int to)
        where V : struct, ILanes<V>
    {
        V center = V.All(mean), factor = V.All(inverse);
        for (nint c = from; c < to; c += V.Count)
            V.Store(V.MultiplyAdd((V.Load(input + c) - center) * factor, V.Load(_weight + c), V.Load(_bias + c)), output + c);
    }
}
