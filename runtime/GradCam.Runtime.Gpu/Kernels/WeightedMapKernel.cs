using ILGPU;

namespace GradCam.Gpu.Kernels;

/// <summary>The arguments of <see cref="WeightedMapKernel"/>.</summary>
internal struct WeightedMapArgs
{
    public SampleArgs Samples;
    public MapArgs Activations;
}

/// <summary>Grad-CAM's map, the sum over the channels of a weight times an activation: a warp a pixel.</summary>
internal static class WeightedMapKernel
{
    /// <summary>The kernel.</summary>
    /// <param name="arena">All samples.</param>
    /// <param name="weights">[channels].</param>
    /// <param name="maps">[samples, pixels].</param>
    /// <param name="args">The layer.</param>
    public static void Run(ArrayView<float> arena, ArrayView<float> weights, ArrayView<float> maps, WeightedMapArgs args)
    {
        MapArgs map = args.Activations;
        int pixels = map.Height * map.Width;
        int warps = SampleArgs.Threads / Warp.WarpSize;
        for (int row = SampleArgs.Thread / Warp.WarpSize; row < args.Samples.Count * pixels; row += warps)
        {
            int start = row / pixels * args.Samples.Stride;
            int pixel = row % pixels;
            int at = start + MapArgs.At(map, pixel / map.Width, pixel % map.Width, 0);
            float sum = 0;
            for (int c = Warp.LaneIdx; c < map.Channels; c += Warp.WarpSize)
                sum += weights[c] * arena[at + c];
            for (int lanes = Warp.WarpSize / 2; lanes > 0; lanes /= 2)
                sum += Warp.ShuffleXor(sum, lanes);
            if (Warp.LaneIdx == 0)
                maps[row] = sum;
        }
    }
}
