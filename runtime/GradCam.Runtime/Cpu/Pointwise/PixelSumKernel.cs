using System.Runtime.CompilerServices;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Pointwise;

/// <summary>Sums a map, or the product of two, over its pixels: the gradient of an operand that was spread over them. In pieces of channels.</summary>
internal unsafe struct PixelSumKernel : IChannelKernel, IParallelJob
{
    /// <summary>Channels of a piece: whole cache lines.</summary>
    private const int PieceChannels = 64;

    private MapView _map;
    private MapView _factor;
    private bool _hasFactor;
    private float* _sums;
    private bool _accumulate;
    private int _height;
    private int _width;
    private int _channels;

    /// <summary>Writes or adds the sums to a 1x1 map, zeroes its halo unless it accumulates, and applies its gate.</summary>
    public static void Run(
        Team team, float* arena, in Tensor map, MapView factor, bool hasFactor, in Tensor destination, bool accumulate, in Gate gate)
    {
        var sum = new PixelSumKernel
        {
            _map = new MapView(arena, map),
            _factor = factor,
            _hasFactor = hasFactor,
            _sums = arena + destination.Offset,
            _accumulate = accumulate,
            _height = map.Height,
            _width = map.Width,
            _channels = map.Channels,
        };
        if (new RowPieces(team, map.Height, (long)map.Width * map.Channels).Count == 1)
            SimdWidth.ForEach(ref sum, 0, map.Channels);
        else
            team.For((map.Channels + PieceChannels - 1) / PieceChannels, sum);
        if (!accumulate)
            HaloMemory.Clear(arena + destination.Offset, destination);
        new GateRows(arena, destination, gate).Apply(0, 1);
    }

    public readonly void Run(int index, int worker)
    {
        PixelSumKernel part = this;
        SimdWidth.ForEach(ref part, index * PieceChannels, Math.Min((index + 1) * PieceChannels, _channels));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<V>(int from, int to)
        where V : struct, ILanes<V>
    {
        for (nint c = from; c < to; c += V.Count)
        {
            // Row by row, so that the rounding error grows with the height and the width, not with their product.
            V sum = V.Zero;
            for (int y = 0; y < _height; y++)
            {
                V row = V.Zero;
                float* map = _map.Row(y) + c;
                if (_hasFactor)
                {
                    float* factor = _factor.Row(y) + c;
                    for (int x = 0; x < _width; x++)
                        row = V.MultiplyAdd(V.Load(map + (nint)x * _map.PixelStride), V.Load(factor + (nint)x * _factor.PixelStride), row);
                }
                else
                {
                    for (int x = 0; x < _width; x++)
                        row += V.Load(map + (nint)x * _map.PixelStride);
                }

                sum += row;
            }

            if (_accumulate)
                sum += V.Load(_sums + c);
            V.Store(sum, _sums + c);
        }
    }
}
