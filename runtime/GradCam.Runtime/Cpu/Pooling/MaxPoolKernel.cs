using System.Runtime.CompilerServices;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Pooling;

/// <summary>Maximum over windows or bins, in pieces of output rows and channels.</summary>
internal unsafe struct MaxPoolKernel : IChannelKernel, IParallelJob
{
    private MapView _input;
    private MapView _output;
    private PoolAxis _rows;
    private PoolAxis _columns;
    private int _width;
    private PoolPieces _pieces;
    private int _fromRow;
    private int _toRow;

    public static void Run(Team team, float* arena, PoolAxis rows, PoolAxis columns, in Tensor input, in Tensor output)
    {
        var job = new MaxPoolKernel
        {
            _input = new MapView(arena, input),
            _output = new MapView(arena, output),
            _rows = rows,
            _columns = columns,
            _width = output.Width,
            _pieces = new PoolPieces(team, input, output),
        };
        team.For(job._pieces.Count, job);
        HaloMemory.Clear(arena + output.Offset, output);
    }

    public readonly void Run(int index, int worker)
    {
        var part = this;
        (part._fromRow, part._toRow, int fromChannel, int toChannel) = _pieces[index];
        SimdWidth.ForEach(ref part, fromChannel, toChannel);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<V>(int from, int to)
        where V : struct, ILanes<V>
    {
        nint rowStep = (nint)_rows.Dilation * _input.RowStride;
        nint step = (nint)_columns.Dilation * _input.PixelStride;
        for (int oy = _fromRow; oy < _toRow; oy++)
        {
            PoolRange rows = _rows.At(oy);
            for (int ox = 0; ox < _width; ox++)
            {
                PoolRange columns = _columns.At(ox);
                float* output = _output.Pixel(oy, ox);
                float* window = _input.Pixel(rows.First, columns.First);
                int height = columns.Count == 0 ? 0 : rows.Count;
                nint c = from;
                for (; c <= to - 4 * V.Count; c += 4 * V.Count)
                {
                    // The cheap maximum passes over NaN; the sum shows where there may be one, and then the window is gone through again.
                    V a = V.All(float.NegativeInfinity), b = a, d = a, e = a, sum = V.Zero, otherSum = sum;
                    float* row = window + c;
                    for (int ky = 0; ky < height; ky++, row += rowStep)
                    {
                        float* tap = row;
                        for (int kx = 0; kx < columns.Count; kx++, tap += step)
                        {
                            V first = V.Load(tap), second = V.Load(tap + V.Count), third = V.Load(tap + 2 * V.Count), fourth = V.Load(tap + 3 * V.Count);
                            a = V.AtLeast(first, a);
                            b = V.AtLeast(second, b);
                            d = V.AtLeast(third, d);
                            e = V.AtLeast(fourth, e);
                            sum += first + second;
                            otherSum += third + fourth;
                        }
                    }

                    V.Store(a, output + c);
                    V.Store(b, output + c + V.Count);
                    V.Store(d, output + c + 2 * V.Count);
                    V.Store(e, output + c + 3 * V.Count);
                    sum += otherSum;
                    if (V.IsAnyNaN(sum))
                    {
                        for (nint k = c; k < c + 4 * V.Count; k += V.Count)
                            V.Store(Exact<V>(window + k, height, columns.Count, rowStep, step), output + k);
                    }
                }

                for (; c < to; c += V.Count)
                {
                    V largest = V.All(float.NegativeInfinity), sum = V.Zero;
                    float* row = window + c;
                    for (int ky = 0; ky < height; ky++, row += rowStep)
                    {
                        float* tap = row;
                        for (int kx = 0; kx < columns.Count; kx++, tap += step)
                        {
                            V value = V.Load(tap);
                            largest = V.AtLeast(value, largest);
                            sum += value;
                        }
                    }

                    V.Store(V.IsAnyNaN(sum) ? Exact<V>(window + c, height, columns.Count, rowStep, step) : largest, output + c);
                }
            }
        }
    }

    /// <summary>The maximum of a window, NaN where there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Exact<V>(float* window, int height, int width, nint rowStep, nint step)
        where V : struct, ILanes<V>
    {
        V largest = V.All(float.NegativeInfinity);
        for (int ky = 0; ky < height; ky++, window += rowStep)
        {
            float* tap = window;
            for (int kx = 0; kx < width; kx++, tap += step)
                largest = V.Max(largest, V.Load(tap));
        }

        return largest;
    }
}
