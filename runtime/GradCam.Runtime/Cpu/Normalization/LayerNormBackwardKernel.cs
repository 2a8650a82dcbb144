using System.Runtime.CompilerServices;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Normalization;

/// <summary>
/// Gradient of layer norm: with h = (x - mean) / deviation and u = weight * gradient, it is (u - mean(u) - h mean(u h)) / deviation. In pieces of rows.
/// </summary>
internal unsafe struct LayerNormBackwardKernel : IPixelKernel, IParallelJob
{
    private MapView _input;
    private MapView _outputGradient;
    private MapView _inputGradient;
    private float* _weight;
    private float _epsilon;
    private GateRows _gate;
    private bool _accumulate;
    private int _width;
    private int _channels;
    private RowPieces _pieces;
    private int _fromRow;
    private int _toRow;

    public static void Run(
        Team team, float* arena, ChannelParameters parameters, double epsilon, in Tensor input, in Tensor outputGradient, in Tensor inputGradient,
        bool accumulate, in Gate gate)
    {
        var job = new LayerNormBackwardKernel
        {
            _input = new MapView(arena, input),
            _outputGradient = new MapView(arena, outputGradient),
            _inputGradient = new MapView(arena, inputGradient),
            _weight = parameters.Scale,
            _epsilon = (float)epsilon,
            _gate = new GateRows(arena, inputGradient, gate),
            _accumulate = accumulate,
            _width = input.Width,
            _channels = input.Channels,
            _pieces = new RowPieces(team, input.Height, (long)input.Width * input.Channels),
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
                float* input = _input.Pixel(y, x);
                float* gradient = _outputGradient.Pixel(y, x);
                float* target = _inputGradient.Pixel(y, x);
                (float mean, float inverse) = LayerNormKernel.Moments<V>(input, _channels, _epsilon);

                V sums = V.Zero, products = V.Zero;
                Sums(input, gradient, mean, inverse, 0, whole, ref sums, ref products);
                Lanes1 restSums = Lanes1.Zero, restProducts = Lanes1.Zero;
                Sums(input, gradient, mean, inverse, whole, _channels, ref restSums, ref restProducts);
                float meanOfU = (V.Sum(sums) + restSums.Value) / _channels;
                float meanOfProduct = (V.Sum(products) + restProducts.Value) / _channels;

                Write<V>(input, gradient, target, mean, inverse, meanOfU, meanOfProduct, 0, whole);
                Write<Lanes1>(input, gradient, target, mean, inverse, meanOfU, meanOfProduct, whole, _channels);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Sums<V>(float* input, float* gradient, float mean, float inverse, int from, int to, ref V sums, ref V products)
        where V : struct, ILanes<V>
    {
        V s = sums, p = products;
        for (nint c = from; c < to; c += V.Count)
        {
            V u = V.Load(_weight + c) * V.Load(gradient + c);
            V h = (V.Load(input + c) - V.All(mean)) * V.All(inverse);
            s += u;
            p = V.MultiplyAdd(u, h, p);
        }

        sums = s;
        products = p;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Write<V>(
        float* input, float* gradient, float* target, float mean, float inverse, float meanOfU, float meanOfProduct, int from, int to)
        where V : struct, ILanes<V>
    {
        for (nint c = from; c < to; c += V.Count)
        {
            V u = V.Load(_weight + c) * V.Load(gradient + c);
            V h = (V.Load(input + c) - V.All(mean)) * V.All(inverse);
            V result = (u - V.All(meanOfU) - h * V.All(meanOfProduct)) * V.All(inverse);
            if (_accumulate)
                result += V.Load(target + c);
            V.Store(result, target + c);
        }
    }
}
