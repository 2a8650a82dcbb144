namespace GradCam.Explain.Methods;

/// <summary>The CAM methods' formulas, on packed [pixel, channel] activations and gradients. The maps are raw: before relu and normalising.</summary>
internal static class Cam
{
    /// <summary>Computes a map.</summary>
    /// <param name="method">The formula.</param>
    /// <param name="activations">A, [pixels, channels].</param>
    /// <param name="gradients">d logit / dA, the same shape.</param>
    /// <param name="scratch">Room for the channels' weights and sums.</param>
    /// <param name="map">[pixels].</param>
    public static void Compute(CamMethod method, ReadOnlySpan<float> activations, ReadOnlySpan<float> gradients, CamScratch scratch, Span<float> map)
    {
        switch (method)
        {
            case CamMethod.GradCam:
                Span<double> sums = scratch.Sums(activations.Length / map.Length);
                ChannelSums.Add(gradients, sums);
                GradCamMethod.Compute(activations, sums, scratch, map);
                break;
            case CamMethod.HiResCam:
                HiResCamMethod.Compute(activations, gradients, map);
                break;
            case CamMethod.GradCamPlusPlus:
                GradCamPlusPlusMethod.Compute(activations, gradients, scratch, map);
                break;
            case CamMethod.XGradCam:
                XGradCamMethod.Compute(activations, gradients, scratch, map);
                break;
            case CamMethod.LayerCam:
                LayerCamMethod.Compute(activations, gradients, map);
                break;
            case CamMethod.GradCamElementWise:
                GradCamElementWiseMethod.Compute(activations, gradients, map);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(method), method, "None of the CAM methods.");
        }
    }
}
