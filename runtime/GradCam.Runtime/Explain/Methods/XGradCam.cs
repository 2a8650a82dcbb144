using GradCam.Explain.Maps;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>
    /// w_c = sum(g_c A_c) / (sum(A_c) + 1e-7); map = sum w_c A_c. Fu et al., "Axiom-based Grad-CAM: Towards Accurate Visualization and Explanation of CNNs",
    /// BMVC 2020, arXiv:2008.02312.
    /// </summary>
    public static CamMethod XGradCam => XGradCamMethod.Published;

    private sealed class XGradCamMethod() : CamMethod(
        "XGrad-CAM", "xgradcam", "w_c = sum(g_c A_c) / (sum(A_c) + 1e-7); map = sum w_c A_c", 2020,
        "Fu et al., \"Axiom-based Grad-CAM: Towards Accurate Visualization and Explanation of CNNs\", BMVC 2020, arXiv:2008.02312",
        MethodNeeds.Activations | MethodNeeds.Gradients)
    {
        public static readonly CamMethod Published = new XGradCamMethod();

        internal override void Compute(IMapOperations maps)
        {
            ReadOnlySpan<double> activationSums = maps.ActivationSums();
            ReadOnlySpan<double> productSums = maps.SumOverPixels<Product>();
            Span<float> weights = maps.Weights;
            for (int c = 0; c < weights.Length; c++)
                weights[c] = (float)(productSums[c] / (activationSums[c] + 1e-7));
            maps.WeightedSum(weights);
        }

        private struct Product : IMapTerm
        {
            public static T Of<T>(T activation, T gradient, T constant)
                where T : struct, IMapNumber<T> => activation * gradient;
        }
    }
}
