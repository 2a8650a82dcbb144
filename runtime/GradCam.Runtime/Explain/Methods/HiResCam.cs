using GradCam.Explain.Maps;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>
    /// map = sum g_c A_c. Draelos and Carin, "Use HiResCAM instead of Grad-CAM for faithful explanations of convolutional neural networks", 2020,
    /// arXiv:2011.08891.
    /// </summary>
    public static CamMethod HiResCam => HiResCamMethod.Published;

    private sealed class HiResCamMethod() : CamMethod(
        "HiResCAM", "hirescam", "map = sum g_c A_c", 2020,
        "Draelos and Carin, \"Use HiResCAM instead of Grad-CAM for faithful explanations of convolutional neural networks\", 2020, arXiv:2011.08891",
        MethodNeeds.Activations | MethodNeeds.Gradients)
    {
        public static readonly CamMethod Published = new HiResCamMethod();

        internal override void Compute(IMapOperations maps) => maps.SumOfProducts();
    }
}
