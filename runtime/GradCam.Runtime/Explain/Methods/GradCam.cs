using GradCam.Explain.Maps;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>
    /// w_c = mean(g_c); map = sum w_c A_c. Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization", ICCV 2017,
    /// arXiv:1610.02391.
    /// </summary>
    public static CamMethod GradCam => GradCamMethod.Published;

    private sealed class GradCamMethod() : CamMethod(
        "Grad-CAM", "gradcam", "w_c = mean(g_c); map = sum w_c A_c", 2017,
        "Selvaraju et al., \"Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization\", ICCV 2017, arXiv:1610.02391",
        MethodNeeds.Activations | MethodNeeds.GradientSums)
    {
        public static readonly CamMethod Published = new GradCamMethod();

        internal override void Compute(IMapOperations maps) =>
            maps.WeightedSum(maps.PerChannel<MeanFormula>(maps.GradientSums(), scalar: maps.Pixels));
    }
}
