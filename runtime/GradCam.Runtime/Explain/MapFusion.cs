using System.Buffers;
using System.Numerics.Tensors;
using GradCam.Numerics;

namespace GradCam.Explain;

/// <summary>Maps of several layers to one, of the largest layer's size.</summary>
internal static class MapFusion
{
    /// <summary>LayerCAM's gamma.</summary>
    private const float Gamma = 2;

    /// <summary>Fuses maps; NaN where one is not finite.</summary>
    /// <param name="maps">At least one.</param>
    /// <param name="fusion">How.</param>
    /// <param name="fused">Receives size and raw map; none of the maps.</param>
    public static void Fuse(ReadOnlySpan<HeatmapBuffer> maps, LayerFusion fusion, HeatmapBuffer fused)
    {
        HeatmapBuffer largest = maps[0];
        bool isFinite = true;
        foreach (HeatmapBuffer map in maps)
        {
            if (map.Width * map.Height > largest.Width * largest.Height)
                largest = map;
            isFinite &= map.IsFinite;
        }

        fused.Resize(largest.Width, largest.Height);
        Span<float> sum = fused.Raw;
        sum.Fill(isFinite ? fusion == LayerFusion.Product ? 1 : 0 : float.NaN);
        if (!isFinite)
            return;
        float[] rented = ArrayPool<float>.Shared.Rent(sum.Length);
        Span<float> enlarged = rented.AsSpan(0, sum.Length);
        foreach (HeatmapBuffer map in maps)
        {
            MapResize.Resize(fused.Arithmetic, map.Values, map.Width, map.Height, enlarged, fused.Width, fused.Height);
            Add(fused.Arithmetic, enlarged, fusion, sum);
        }

        if (fusion == LayerFusion.Mean)
            TensorPrimitives.Divide(sum, maps.Length, sum);
        ArrayPool<float>.Shared.Return(rented);
    }

    private static void Add(Arithmetic arithmetic, Span<float> map, LayerFusion fusion, Span<float> sum)
    {
        switch (fusion)
        {
            case LayerFusion.Mean:
                TensorPrimitives.Add(sum, map, sum);
                break;
            case LayerFusion.Max:
                TensorPrimitives.Max(sum, map, sum);
                break;
            case LayerFusion.ScaledMax:
                TensorPrimitives.Multiply(map, Gamma, map);
                arithmetic.Tanh(map, map);
                TensorPrimitives.Max(sum, map, sum);
                break;
            case LayerFusion.Product:
                TensorPrimitives.Multiply(sum, map, sum);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fusion), fusion, "Expected Mean, Max, ScaledMax or Product.");
        }
    }
}
