using System.Runtime.CompilerServices;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Layout;

/// <summary>Resizes a map by copying the nearest pixel or by mixing four. In pieces of output rows.</summary>
internal unsafe struct UpsampleKernel : IChannelKernel, IParallelJob
{
    private MapView _input;
    private MapView _output;
    private UpsampleAxis _rows;
    private UpsampleAxis _columns;
    private int _width;
    private int _channels;
    private bool _nearest;
    private RowPieces _pieces;
    private int _fromRow;
    private int _toRow;

    public static void Run(Team team, float* arena, Interpolation interpolation, in Tensor input, in Tensor output)
    {
        var job = new UpsampleKernel
        {
            _input = new MapView(arena, input),
            _output = new MapView(arena, output),
            _rows = new UpsampleAxis(interpolation, input.Height, output.Height),
            _columns = new UpsampleAxis(interpolation, input.Width, output.Width),
            _width = output.Width,
            _channels = output.Channels,
            _nearest = interpolation == Interpolation.Nearest,
            _pieces = new RowPieces(team, output.Height, (long)output.Width * output.Channels),
        };
        team.For(job._pieces.Count, job);
        HaloMemory.Clear(arena + output.Offset, output);
    }

    public readonly void Run(int index, int worker)
    {
        var part = this;
        (part._fromRow, part._toRow) = _pieces[index];
        SimdWidth.ForEach(ref part, 0, _channels);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<V>(int from, int to)
        where V : struct, ILanes<V>
    {
        for (int oy = _fromRow; oy < _toRow; oy++)
        {
            (int top, int bottom, float lower) = _rows.At(oy);
            for (int ox = 0; ox < _width; ox++)
            {
                (int left, int right, float further) = _columns.At(ox);
                float* topLeft = _input.Pixel(top, left);
                float* output = _output.Pixel(oy, ox);
                if (_nearest)
                {
                    for (nint c = from; c < to; c += V.Count)
                        V.Store(V.Load(topLeft + c), output + c);
                    continue;
                }

                float* topRight = _input.Pixel(top, right);
                float* bottomLeft = _input.Pixel(bottom, left);
                float* bottomRight = _input.Pixel(bottom, right);
                V u = V.All(further), v = V.All(lower), restU = V.All(1 - further), restV = V.All(1 - lower);
                for (nint c = from; c < to; c += V.Count)
                {
                    V upper = V.MultiplyAdd(u, V.Load(topRight + c), restU * V.Load(topLeft + c));
                    V under = V.MultiplyAdd(u, V.Load(bottomRight + c), restU * V.Load(bottomLeft + c));
                    V.Store(V.MultiplyAdd(v, under, restV * upper), output + c);
                }
            }
        }
    }
}
