using GradCam.Explain.Maps;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>
    /// Eigen-CAM of g A: X[p, c] = g_c A_c less its mean; map = X v, of X's first right singular vector v; the largest magnitude is positive.
    /// Gildenblat and contributors, "PyTorch library for CAM methods" (EigenGradCAM), 2021.
    /// </summary>
    public static CamMethod EigenGradCam => EigenGradCamMethod.Published;

    private sealed class EigenGradCamMethod() : CamMethod(
        "EigenGrad-CAM", "eigengradcam",
        "X = g_c A_c - mean(g_c A_c), rows are positions; v = first right singular vector of X; map = X v, its largest magnitude positive", 2021,
        "Gildenblat and contributors, \"PyTorch library for CAM methods\" (EigenGradCAM), 2021, github.com/jacobgil/pytorch-grad-cam",
        MethodNeeds.Activations | MethodNeeds.Gradients)
    {
        public static readonly CamMethod Published = new EigenGradCamMethod();

        internal override bool IsOfComponents => true;

        internal override void Compute(IMapOperations maps) => maps.PrincipalComponent<ProductTerm>();
    }
}
