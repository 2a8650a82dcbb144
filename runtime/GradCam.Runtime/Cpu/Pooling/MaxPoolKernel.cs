using System.Runtime.CompilerServices;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu;

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
            _pieces = new PoolPieces(input, output),
        };
        team.For(job._pieces.Count, job);
        HaloMemory.Clear(arena + output.Offset, output);
    }

    public void Run(int index, int worker)
    {
        (_fromRow, _toRow, int fromChannel, int toChannel) = _pieces[index];
        SimdWidth.ForEach(ref this, fromChannel, toChannel);
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
                    V a = V.All(float.NegativeInfinity), b = a, d = a, e = a;
                    float* row = window + c;
                    for (int ky = 0; ky < height; ky++, row += rowStep)
                    {
                        float* tap = row;
                        for (int kx = 0; kx < columns.Count; kx++, tap += step)
                        {
                            a = V.Max(a, V.Load(tap));
                            b = V.Max(b, V.Load(tap + V.Count));
                            d = V.Max(d, V.Load(tap + 2 * V.Count));
                            e = V.Max(e, V.Load(tap + 3 * V.Count));
                        }
                    }

                    V.Store(a, output + c);
                    V.Store(b, output + c + V.Count);
                    V.Store(d, output + c + 2 * V.Count);
                    V.Store(e, output + c + 3 * V.Count);
                }

                for (; c < to; c += V.Count)
                {
                    V a = V.All(float.NegativeInfinity);
                    float* row = window + c;
                    for (int ky = 0; ky < height; ky++, row += rowStep)
                    {
                        float* tap = row;
                        for (int kx = 0; kx < columns.Count; kx++, tap += step)
                            a = V.Max(a, V.Load(tap));
                    }

                    V.Store(a, output + c);
                }
            }
        }
    }
}
