using System.Runtime.CompilerServices;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Pooling;

/// <summary>Mean over windows or bins, in pieces of output rows and channels.</summary>
internal unsafe struct AveragePoolKernel : IChannelKernel, IParallelJob
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
        var job = new AveragePoolKernel
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

    /// <summary>
    /// The mean of a whole map: of each row, to scratch memory, then of these. Rows are read by the threads that wrote them; by channels, each thread would
    /// fetch half of the map from another core's cache, and share what it is about to multiply.
    /// </summary>
    public static void RunGlobal(in KernelContext context, in Tensor input, in Tensor output)
    {
        var means = new MapView(context.Scratch, input.Channels, input.Channels);
        var ofRows = new AveragePoolKernel
        {
            _input = new MapView(context.At(input), input.RowStride, input.PixelStride),
            _output = means,
            _rows = PoolAxis.Adaptive(input.Height, input.Height),
            _columns = PoolAxis.Adaptive(input.Width, 1),
            _width = 1,
            _pieces = new PoolPieces(new RowPieces(context.Team, input.Height, (long)input.Width * input.Channels), input.Channels),
        };
        context.Team.For(ofRows._pieces.Count, ofRows);
        var ofAll = new AveragePoolKernel
        {
            _input = means,
            _output = new MapView(context.At(output), output.RowStride, output.PixelStride),
            _rows = PoolAxis.Adaptive(input.Height, 1),
            _columns = PoolAxis.Adaptive(1, 1),
            _width = 1,
            _pieces = new PoolPieces(new RowPieces(context.Team, 1, input.Channels), input.Channels),
        };
        ofAll.Run(0, 0);
        HaloMemory.Clear(context.At(output), output);
    }

    /// <summary>Floats of scratch memory that <see cref="RunGlobal"/> needs.</summary>
    public static long GlobalScratch(in Tensor input) => (long)input.Height * input.Channels;

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
        nint rowStride = _input.RowStride, step = _input.PixelStride;
        for (int oy = _fromRow; oy < _toRow; oy++)
        {
            PoolRange rows = _rows.At(oy);
            for (int ox = 0; ox < _width; ox++)
            {
                PoolRange columns = _columns.At(ox);
                float* output = _output.Pixel(oy, ox);
                float* window = _input.Pixel(rows.First, columns.First);
                int height = columns.Count == 0 ? 0 : rows.Count;
                V factor = V.All(height == 0 ? 0 : 1f / ((float)rows.Divisor * columns.Divisor));
                nint c = from;
                for (; c <= to - 4 * V.Count; c += 4 * V.Count)
                {
                    // Row by row, so that the rounding error grows with the height and the width, not with their product.
                    V a = V.Zero, b = a, d = a, e = a;
                    float* row = window + c;
                    for (int ky = 0; ky < height; ky++, row += rowStride)
                    {
                        V rowA = V.Load(row), rowB = V.Load(row + V.Count), rowD = V.Load(row + 2 * V.Count), rowE = V.Load(row + 3 * V.Count);
                        float* tap = row + step;
                        for (int kx = 1; kx < columns.Count; kx++, tap += step)
                        {
                            rowA += V.Load(tap);
                            rowB += V.Load(tap + V.Count);
                            rowD += V.Load(tap + 2 * V.Count);
                            rowE += V.Load(tap + 3 * V.Count);
                        }

                        a += rowA;
                        b += rowB;
                        d += rowD;
                        e += rowE;
                    }

                    V.Store(a * factor, output + c);
                    V.Store(b * factor, output + c + V.Count);
                    V.Store(d * factor, output + c + 2 * V.Count);
                    V.Store(e * factor, output + c + 3 * V.Count);
                }

                for (; c < to; c += V.Count)
                {
                    V a = V.Zero;
                    float* row = window + c;
                    for (int ky = 0; ky < height; ky++, row += rowStride)
                    {
                        V rowA = V.Load(row);
                        float* tap = row + step;
                        for (int kx = 1; kx < columns.Count; kx++, tap += step)
                            rowA += V.Load(tap);
                        a += rowA;
                    }

                    V.Store(a * factor, output + c);
                }
            }
        }
    }
}
