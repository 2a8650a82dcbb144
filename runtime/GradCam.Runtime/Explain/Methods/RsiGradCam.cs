using System.Globalization;
using GradCam.Explain;
using GradCam.Explain.Runs;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>
    /// w_c = mean over positions of the sum over t = 1/m..1 of g_c(x_t) (A_c(x_t) - A_c(x_(t-1/m))), x_t = x' + t (x - x') from a black photo x' to the photo
    /// x; map = sum w_c A_c(x): the integral of the gradient along the way that the layer takes. Lucas, Lerma, Furst and Raicu, "RSI-Grad-CAM: Visual
    /// Explanations from Deep Networks via Riemann-Stieltjes Integrated Gradient-based Localization", 2022, arXiv:2205.10900.
    /// </summary>
    /// <remarks>m = 20: 21 forward passes and backward slices. For a network of prepared tensors alone x' is zeros.</remarks>
    public static CamMethod RsiGradCam => RsiGradCamMethod.Published;

    /// <summary><see cref="RsiGradCam"/> with other parameters.</summary>
    /// <param name="steps">m.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not from 1 to 10,000,000.</exception>
    public static CamMethod CreateRsiGradCam(int steps)
    {
        PassLimit.Check(steps, nameof(steps));
        return new RsiGradCamMethod(steps, string.Create(CultureInfo.InvariantCulture, $"steps {steps}"));
    }

    private sealed class RsiGradCamMethod(int steps, string parameters = "") : RerunMethod(
        "RSI-Grad-CAM", "rsigradcam",
        "x_t = x' + t (x - x'), x' black; w_c = mean(sum over t of g_c(x_t) (A_c(x_t) - A_c(x_(t-1)))); map = sum w_c A_c", 2022,
        "Lucas et al., \"RSI-Grad-CAM: Visual Explanations from Deep Networks via Riemann-Stieltjes Integrated Gradient-based " +
        "Localization\", 2022, arXiv:2205.10900",
        MethodNeeds.Activations | MethodNeeds.Gradients | MethodNeeds.ForwardPasses, parameters)
    {
        public static readonly CamMethod Published = new RsiGradCamMethod(20);

        private protected override CamMethod With(MethodArguments arguments) =>
            CreateRsiGradCam(arguments.Integer("steps", steps));

        internal override void Compute(MethodRun run)
        {
            var path = new BlackPath(run);
            int channels = run.Shape.Channels;
            float[] before = new float[run.Shape.Length];
            double[] weights = new double[channels];
            run.Plan(steps + 1);
            run.Differentiate(steps + 1, (step, values) => path.Write(run.Input, (double)step / steps, values), (step, activations, gradients) =>
            {
                for (int i = 0; i < before.Length && step > 0; i++)
                    weights[i % channels] += gradients.Span[i] * ((double)activations.Span[i] - before[i]) / run.Shape.Pixels;
                activations.CopyTo(before);
            }, run.Layer);
            run.Maps.WeightedSum(run.Maps.Write(weights));
        }
    }
}
