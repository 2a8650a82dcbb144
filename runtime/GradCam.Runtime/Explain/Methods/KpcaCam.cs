using GradCam.Explain.Maps;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>
    /// X[p, c] = A[p, c] - mean(A_c); K = tanh(X X^T / channels + 1), centred; map = sqrt(l) u, of K's largest eigenvalue l and its unit vector u; the largest
    /// magnitude is positive. It is of no class. A kernel has a number a pair of positions: layers of more than 4,096 positions are refused.
    /// Karmani, Sivakaran, Prasad, Ali, Yang and Tang, "KPCA-CAM: Visual Explainability of Deep Computer Vision Models Using Kernel PCA", 2024,
    /// arXiv:2410.00267.
    /// </summary>
    public static CamMethod KpcaCam => KpcaCamMethod.Published;

    private sealed class KpcaCamMethod() : CamMethod(
        "KPCA-CAM", "kpcacam",
        "X = A - mean(A_c), rows are positions; K = tanh(X X^T / channels + 1), centred; l, u = its largest eigenvalue and unit vector; " +
        "map = sqrt(l) u, its largest magnitude positive", 2024,
        "Karmani et al., \"KPCA-CAM: Visual Explainability of Deep Computer Vision Models Using Kernel PCA\", 2024, arXiv:2410.00267",
        MethodNeeds.Activations)
    {
        public static readonly CamMethod Published = new KpcaCamMethod();

        internal override bool IsOfComponents => true;

        internal override void Compute(IMapOperations maps) => maps.KernelPrincipalComponent();
    }
}
