using System.Runtime.CompilerServices;
using GradCam.Cpu.Pointwise;

namespace GradCam.Cpu.Reproducible;

/// <summary>The sum of a map, or of the product of two, over its pixels, row by row; or that added to the sums.</summary>
internal readonly unsafe struct PixelSumWork(MapView map, MapView factor, bool hasFactor, Extent size, MapView sums, bool accumulate) : IChannelWork
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Compute(int from, int to)
    {
        for (nint c = from; c < to; c += UnfusedLanes.Count)
        {
            nint count = to - c;
            UnfusedLanes sum = UnfusedLanes.Zero;
            for (int y = 0; y < size.Height; y++)
            {
                UnfusedLanes row = UnfusedLanes.Zero;
                for (int x = 0; x < size.Width; x++)
                {
                    UnfusedLanes value = UnfusedLanes.Load(map.Pixel(y, x) + c, count);
                    row += hasFactor ? value * UnfusedLanes.Load(factor.Pixel(y, x) + c, count) : value;
                }

                sum += row;
            }

            if (accumulate)
                sum += UnfusedLanes.Load(sums.Origin + c, count);
            UnfusedLanes.Store(sum, sums.Origin + c, count);
        }
    }
}
