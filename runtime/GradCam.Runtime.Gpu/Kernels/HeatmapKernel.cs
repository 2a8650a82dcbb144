using ILGPU;

namespace GradCam.Gpu.Kernels;

/// <summary>The arguments of <see cref="HeatmapKernel"/>.</summary>
internal struct HeatmapArgs
{
    /// <summary>Where the first map's part begins.</summary>
    public int Start;
    public int Pixels;
}

/// <summary>Relu, then the smallest value to 0 and the largest to 1: what a heatmap shows. A group a map.</summary>
internal static class HeatmapKernel
{
    /// <summary>Floats of a map's part before the map: its largest value, NaN where the map is not finite.</summary>
    public const int Head = 1;

    /// <summary>Floats of a map's part: head, map, and the map normalised.</summary>
    public static int Length(int pixels) => Head + 2 * pixels;

    /// <summary>The kernel. All that it does is exact, or one rounding: the values are the host's of the same map.</summary>
    /// <param name="results">The maps' parts, one behind the other.</param>
    /// <param name="args">Where they are.</param>
    public static void Run(ArrayView<float> results, HeatmapArgs args)
    {
        ArrayView<float> least = SharedMemory.Allocate<float>(PixelSumKernel.MostThreads);
        ArrayView<float> largest = SharedMemory.Allocate<float>(PixelSumKernel.MostThreads);
        int start = args.Start + Grid.IdxX * Length(args.Pixels);
        int raw = start + Head;
        int values = raw + args.Pixels;
        float low = float.PositiveInfinity;
        float high = float.NegativeInfinity;
        for (int p = Group.IdxX; p < args.Pixels; p += Group.DimX)
        {
            float value = results[raw + p];
            // Once it is NaN it stays so: no comparison with NaN is true.
            bool isFinite = value >= -float.MaxValue && value <= float.MaxValue;
            low = !isFinite ? float.NaN : value < low ? value : low;
            high = !isFinite ? float.NaN : value > high ? value : high;
        }

        least[Group.IdxX] = low;
        largest[Group.IdxX] = high;
        Group.Barrier();
        low = least[0];
        high = largest[0];
        for (int i = 1; i < Group.DimX && i < args.Pixels; i++)
        {
            float other = least[i];
            low = other < low || float.IsNaN(other) ? other : low;
            other = largest[i];
            high = other > high || float.IsNaN(other) ? other : high;
        }

        float bottom = low > 0 ? low : 0;
        float range = (high > 0 ? high : 0) - bottom;
        bool hasRange = range > 0 && low <= high;
        for (int p = Group.IdxX; p < args.Pixels; p += Group.DimX)
        {
            float value = results[raw + p];
            results[values + p] = hasRange ? ((value > 0 ? value : 0) - bottom) / range : 0;
        }

        if (Group.IdxX == 0)
            results[start] = high;
    }
}
