using System.Runtime.CompilerServices;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Pooling;

namespace GradCam.Cpu.Reproducible;

/// <summary>The mean over a window or bin: row by row, times 1 / the number that it divides by.</summary>
internal readonly unsafe struct AveragePoolWork(MapView input, MapView output, PoolAxis rows, PoolAxis columns, int channels) : IPixelWork
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Compute(int y, int x)
    {
        PoolRange down = rows.At(y), right = columns.At(x);
        int height = right.Count == 0 ? 0 : down.Count;
        UnfusedLanes factor = UnfusedLanes.All(height == 0 ? 0 : 1f / ((float)down.Divisor * right.Divisor));
        for (nint c = 0; c < channels; c += UnfusedLanes.Count)
        {
            nint count = channels - c;
            UnfusedLanes sum = UnfusedLanes.Zero;
            for (int ky = 0; ky < height; ky++)
            {
                UnfusedLanes row = UnfusedLanes.Zero;
                for (int kx = 0; kx < right.Count; kx++)
                    row += UnfusedLanes.Load(input.Pixel(down.First + ky * rows.Dilation, right.First + kx * columns.Dilation) + c, count);
                sum += row;
            }

            UnfusedLanes.Store(sum * factor, output.Pixel(y, x) + c, count);
        }
    }
}

/// <summary>Its gradient: an input's share of the outputs that it goes into, in their order.</summary>
internal readonly unsafe struct AveragePoolGradient(
    MapView outputGradient, MapView inputGradient, PoolAxis rows, PoolAxis columns, int channels, bool accumulate) : IPixelWork
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Compute(int y, int x)
    {
        (int top, int bottom) = rows.Covering(y);
        (int left, int right) = columns.Covering(x);
        float* target = inputGradient.Pixel(y, x);
        for (nint c = 0; c < channels; c += UnfusedLanes.Count)
        {
            nint count = channels - c;
            UnfusedLanes sum = accumulate ? UnfusedLanes.Load(target + c, count) : UnfusedLanes.Zero;
            for (int oy = top; oy < bottom; oy++)
            {
                for (int ox = left; ox < right; ox++)
                {
                    UnfusedLanes factor = UnfusedLanes.All(1f / ((float)rows.At(oy).Divisor * columns.At(ox).Divisor));
                    sum = UnfusedLanes.MultiplyAdd(factor, UnfusedLanes.Load(outputGradient.Pixel(oy, ox) + c, count), sum);
                }
            }

            UnfusedLanes.Store(sum, target + c, count);
        }
    }
}
