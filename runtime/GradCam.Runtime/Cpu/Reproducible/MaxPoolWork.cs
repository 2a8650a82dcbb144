using System.Runtime.CompilerServices;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Pooling;

namespace GradCam.Cpu.Reproducible;

/// <summary>The maximum over a window or bin; NaN where there is one, and of zeros the first.</summary>
internal readonly unsafe struct MaxPoolWork(MapView input, MapView output, PoolAxis rows, PoolAxis columns, int channels) : IPixelWork
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Compute(int y, int x)
    {
        PoolRange down = rows.At(y), right = columns.At(x);
        for (nint c = 0; c < channels; c += UnfusedLanes.Count)
        {
            nint count = channels - c;
            UnfusedLanes largest = UnfusedLanes.All(float.NegativeInfinity);
            for (int ky = 0; ky < down.Count; ky++)
            {
                for (int kx = 0; kx < right.Count; kx++)
                {
                    float* tap = input.Pixel(down.First + ky * rows.Dilation, right.First + kx * columns.Dilation) + c;
                    largest = UnfusedLanes.Max(largest, UnfusedLanes.Load(tap, count));
                }
            }

            UnfusedLanes.Store(largest, output.Pixel(y, x) + c, count);
        }
    }
}

/// <summary>Its gradient: each window's is added where its maximum is, the first of equals, in the order of the windows.</summary>
internal readonly unsafe struct MaxPoolGradient(
    MapView input, MapView outputGradient, MapView inputGradient, Extent outputs, PoolAxis rows, PoolAxis columns) : IChannelWork
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Compute(int from, int to)
    {
        for (int y = 0; y < outputs.Height; y++)
        {
            PoolRange down = rows.At(y);
            for (int x = 0; x < outputs.Width; x++)
            {
                PoolRange right = columns.At(x);
                if (down.Count == 0 || right.Count == 0)
                    continue;
                float* gradient = outputGradient.Pixel(y, x);
                for (int c = from; c < to; c++)
                    Add(down, right, c, gradient[c]);
            }
        }
    }

    private void Add(PoolRange down, PoolRange right, int channel, float gradient)
    {
        (int bestRow, int bestColumn) = (down.First, right.First);
        float best = input.Pixel(bestRow, bestColumn)[channel];
        for (int ky = 0; ky < down.Count; ky++)
        {
            int row = down.First + ky * rows.Dilation;
            for (int kx = 0; kx < right.Count; kx++)
            {
                int column = right.First + kx * columns.Dilation;
                float value = input.Pixel(row, column)[channel];
                if (value > best || float.IsNaN(value))
                    (best, bestRow, bestColumn) = (value, row, column);
            }
        }

        inputGradient.Pixel(bestRow, bestColumn)[channel] += gradient;
    }
}
