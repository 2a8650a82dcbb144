using GradCam.Explain.Maps;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>
    /// a = g^2 / (2 g^2 + g^3 sum(A_c) + 1e-6), 0 where g is 0; w_c = sum(a relu(g_c)); map = sum w_c A_c.
    /// Chattopadhay et al., "Grad-CAM++: Improved Visual Explanations for Deep Convolutional Networks", WACV 2018, arXiv:1710.11063.
    /// </summary>
    public static CamMethod GradCamPlusPlus => GradCamPlusPlusMethod.Published;

    internal sealed class GradCamPlusPlusMethod() : CamMethod(
        "Grad-CAM++", "gradcam++", "a = g^2 / (2 g^2 + g^3 sum(A_c) + 1e-6), 0 where g is 0; w_c = sum(a relu(g_c)); map = sum w_c A_c", 2018,
        "Chattopadhay et al., \"Grad-CAM++: Improved Visual Explanations for Deep Convolutional Networks\", WACV 2018, arXiv:1710.11063",
        MethodNeeds.Activations | MethodNeeds.Gradients)
    {
        public static readonly CamMethod Published = new GradCamPlusPlusMethod();

        internal override void Compute(IMapOperations maps) => maps.WeightedSum(maps.SumOverPixels<Term>(maps.ActivationSums()));

        /// <summary>a relu(g). relu(g) is 0 for g up to 0, so that a matters for positive g (and NaN) alone.</summary>
        internal struct Term : IMapTerm
        {
            public static T Of<T>(T activation, T gradient, T constant)
                where T : struct, IMapNumber<T>
            {
                T square = gradient * gradient;
                T cube = square * gradient;
                return T.UnlessUpTo0(gradient, cube / (T.Constant(2) * square + cube * constant + T.Constant(1e-6)));
            }
        }
    }
}
