using GradCam.Explain.Maps;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>
    /// Eigen-CAM of |g| A: X[p, c] = abs(g_c) A_c less its mean; map = X v, of X's first right singular vector v; the largest magnitude is positive.
    /// Gildenblat and contributors, "PyTorch library for CAM methods" (SegEigenCAM), 2026.
    /// </summary>
    public static CamMethod SegEigenCam => SegEigenCamMethod.Published;

    private sealed class SegEigenCamMethod() : CamMethod(
        "SegEigen-CAM", "segeigencam",
        "X = abs(g_c) A_c - mean(abs(g_c) A_c), rows are positions; v = first right singular vector of X; map = X v, its largest magnitude positive", 2026,
        "Gildenblat and contributors, \"PyTorch library for CAM methods\" (SegEigenCAM), 2026, github.com/jacobgil/pytorch-grad-cam",
        MethodNeeds.Activations | MethodNeeds.Gradients)
    {
        public static readonly CamMethod Published = new SegEigenCamMethod();

        internal override bool IsOfComponents => true;

        internal override void Compute(IMapOperations maps) => maps.PrincipalComponent<Term>();

        private struct Term : IMapTerm
        {
            // |g| = relu(g) + relu(-g).
            public static T Of<T>(T activation, T gradient, T constant)
                where T : struct, IMapNumber<T> => (T.Relu(gradient) + T.Relu(T.Constant(-1) * gradient)) * activation;
        }
    }
}
