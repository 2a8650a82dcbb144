namespace GradCam.Methods;

/// <summary><see cref="CamMethod.GradCam"/>: w_c = mean(g_c); map = sum w_c A_c.</summary>
internal static class GradCamMethod
{
    public static void Compute(ReadOnlySpan<float> activations, ReadOnlySpan<float> gradients, CamScratch scratch, Span<float> map)
    {
        int channels = activations.Length / map.Length;
        Span<double> sums = scratch.Sums(channels);
        ChannelSums.Add(gradients, sums);
        Span<float> weights = scratch.Weights(channels);
        for (int c = 0; c < channels; c++)
            weights[c] = (float)(sums[c] / map.Length);
        CamScratch.WeightedSum(activations, weights, map);
    }
}
