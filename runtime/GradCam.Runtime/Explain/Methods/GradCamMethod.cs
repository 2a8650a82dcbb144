using System.Numerics;

namespace GradCam.Explain.Methods;

/// <summary><see cref="CamMethod.GradCam"/>: w_c = mean(g_c); map = sum w_c A_c.</summary>
internal static class GradCamMethod
{
    /// <summary>Computes a map from the gradients' sums.</summary>
    /// <param name="activations">A, [pixels, channels].</param>
    /// <param name="sums">sum(g_c), [channels].</param>
    /// <param name="scratch">Room for the channels' weights.</param>
    /// <param name="map">[pixels].</param>
    public static void Compute<T>(ReadOnlySpan<float> activations, ReadOnlySpan<T> sums, CamScratch scratch, Span<float> map)
        where T : IFloatingPoint<T>
    {
        Span<float> weights = scratch.Weights(sums.Length);
        for (int c = 0; c < sums.Length; c++)
            weights[c] = (float)(double.CreateTruncating(sums[c]) / map.Length);
        CamScratch.WeightedSum(activations, weights, map);
    }
}
