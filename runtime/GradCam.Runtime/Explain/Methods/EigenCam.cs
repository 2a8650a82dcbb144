using GradCam.Explain.Maps;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>
    /// X[p, c] = A[p, c] - mean(A_c); map = X v, of X's first right singular vector v; the largest magnitude is positive. It is of no class: what varies most
    /// at the layer. Muhammad and Yeasin, "Eigen-CAM: Class Activation Map using Principal Components", IJCNN 2020, arXiv:2008.00299.
    /// </summary>
    public static CamMethod EigenCam => EigenCamMethod.Published;

    private sealed class EigenCamMethod() : CamMethod(
        "Eigen-CAM", "eigencam", "X = A - mean(A_c), rows are positions; v = first right singular vector of X; map = X v, its largest magnitude positive", 2020,
        "Muhammad and Yeasin, \"Eigen-CAM: Class Activation Map using Principal Components\", IJCNN 2020, arXiv:2008.00299",
        MethodNeeds.Activations)
    {
        public static readonly CamMethod Published = new EigenCamMethod();

        internal override bool IsOfComponents => true;

        internal override void Compute(IMapOperations maps) => maps.PrincipalComponent<ActivationTerm>();
    }
}
