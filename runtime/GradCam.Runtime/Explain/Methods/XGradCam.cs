using GradCam.Explain.Maps;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>
    /// w_c = sum(g_c A_c) / (sum(A_c) + 1e-7); map = sum w_c A_c. Fu et al., "Axiom-based Grad-CAM: Towards Accurate Visualization and Explanation of CNNs",
    /// BMVC 2020, arXiv:2008.02312.
    /// </summary>
    public static CamMethod XGradCam => XGradCamMethod.Published;

    internal sealed class XGradCamMethod() : CamMethod(
        "XGrad-CAM", "xgradcam", "w_c = sum(g_c A_c) / (sum(A_c) + 1e-7); map = sum w_c A_c", 2020,
        "Fu et al., \"Axiom-based Grad-CAM: Towards Accurate Visualization and Explanation of CNNs\", BMVC 2020, arXiv:2008.02312",
        MethodNeeds.Activations | MethodNeeds.Gradients)
    {
        public static readonly CamMethod Published = new XGradCamMethod();

        internal override void Compute(IMapOperations maps) =>
            maps.WeightedSum(maps.PerChannel<Weight>(maps.SumOverPixels<ProductTerm>(), maps.ActivationSums()));

        internal struct Weight : IChannelFormula
        {
            public static T Of<T>(T first, T second, T scalar)
                where T : struct, IMapNumber<T> => first / (second + T.Constant(1e-7));
        }
    }
}
