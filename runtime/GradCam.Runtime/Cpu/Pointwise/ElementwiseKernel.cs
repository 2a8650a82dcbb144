using System.Runtime.CompilerServices;
using GradCam.Cpu.Pointwise.Functions;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Pointwise;

/// <summary>destination = function(x, y, z), or with accumulate that added to it, on some rows of maps. The destination may be one of the operands.</summary>
internal unsafe struct ElementwiseKernel<TFunction> : IChannelKernel
    where TFunction : unmanaged, IElementwise
{
    public TFunction Function;
    public MapView X;
    public MapView Y;
    public MapView Z;
    public MapView Destination;
    public bool Accumulate;
    public int Width;
    public int Channels;

    private int _fromRow;
    private int _toRow;
    private int _pixels;

    /// <summary>Computes some rows.</summary>
    public void RunRows(int from, int to)
    {
        // Without gaps, a row is one pixel of many channels, and so are all rows.
        int channels = Channels;
        _fromRow = from;
        _toRow = to;
        _pixels = Width;
        if (Width == 1 || HasPixelStride(Channels))
        {
            channels *= Width;
            _pixels = 1;
            if (to - from == 1 || HasRowStride(channels))
            {
                channels *= to - from;
                _toRow = from + 1;
            }
        }

        SimdWidth.ForEach(ref this, 0, channels);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<V>(int from, int to)
        where V : struct, ILanes<V>
    {
        TFunction function = Function;
        bool accumulate = Accumulate;
        int pixels = _pixels;
        for (int row = _fromRow; row < _toRow; row++)
        {
            float* x = X.Row(row);
            float* y = Y.Row(row);
            float* z = Z.Row(row);
            float* destination = Destination.Row(row);
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                nint c = from;

                // Two vectors share the function's constants in registers.
                for (; c <= to - 2 * V.Count; c += 2 * V.Count)
                {
                    V first = Apply<V>(function, x, y, z, c);
                    V second = Apply<V>(function, x, y, z, c + V.Count);
                    if (accumulate)
                    {
                        first += V.Load(destination + c);
                        second += V.Load(destination + c + V.Count);
                    }

                    V.Store(first, destination + c);
                    V.Store(second, destination + c + V.Count);
                }

                if (c < to)
                {
                    V result = Apply<V>(function, x, y, z, c);
                    if (accumulate)
                        result += V.Load(destination + c);
                    V.Store(result, destination + c);
                }

                x += X.PixelStride;
                y += Y.PixelStride;
                z += Z.PixelStride;
                destination += Destination.PixelStride;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Apply<V>(TFunction function, float* x, float* y, float* z, nint c)
        where V : struct, ILanes<V> =>
        function.Apply(V.Load(x + c), TFunction.Operands > 1 ? V.Load(y + c) : V.Zero, TFunction.Operands > 2 ? V.Load(z + c) : V.Zero);

    private readonly bool HasPixelStride(int stride) =>
        Destination.PixelStride == stride && X.PixelStride == stride
        && (TFunction.Operands < 2 || Y.PixelStride == stride) && (TFunction.Operands < 3 || Z.PixelStride == stride);

    private readonly bool HasRowStride(int stride) =>
        Destination.RowStride == stride && X.RowStride == stride
        && (TFunction.Operands < 2 || Y.RowStride == stride) && (TFunction.Operands < 3 || Z.RowStride == stride);
}
