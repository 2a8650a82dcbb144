namespace GradCam.Explain.Methods;

/// <summary><see cref="CamMethod.XGradCam"/>: w_c = sum(g_c A_c) / (sum(A_c) + 1e-7); map = sum w_c A_c.</summary>
internal static class XGradCamMethod
{
    private const double Epsilon = 1e-7;

    public static void Compute(ReadOnlySpan<float> activations, ReadOnlySpan<float> gradients, CamScratch scratch, Span<float> map)
    {
        int channels = activations.Length / map.Length;
        Span<double> activationSums = scratch.Sums(channels);
        ChannelSums.Add(activations, activationSums);
        Span<double> productSums = scratch.MoreSums(channels);
        ChannelSums.AddProducts(activations, gradients, productSums);
        Span<float> weights = scratch.Weights(channels);
        for (int c = 0; c < channels; c++)
            weights[c] = (float)(productSums[c] / (activationSums[c] + Epsilon));
        CamScratch.WeightedSum(activations, weights, map);
    }
}
