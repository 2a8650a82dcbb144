using System.Globalization;
using GradCam.Explain;
using GradCam.Explain.Runs;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>
    /// map = mean over t = 1/m..1 of relu(sum mean(g_c(x_t)) (A_c(x_t) - A_c(x'))), x_t = x' + t (x - x') from a black photo x' to the photo x. Sattarzadeh,
    /// Sudhakar, Plataniotis, Jang, Jeong and Kim, "Integrated Grad-CAM: Sensitivity-Aware Visual Explanation of Deep Convolutional Networks via Integrated
    /// Gradient-Based Scoring", ICASSP 2021, arXiv:2102.07805.
    /// </summary>
    /// <remarks>m = 20: 21 forward passes and backward slices. For a network of prepared tensors alone x' is zeros.</remarks>
    public static CamMethod IntegratedGradCam => IntegratedGradCamMethod.Published;

    /// <summary><see cref="IntegratedGradCam"/> with other parameters.</summary>
    /// <param name="steps">m.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not from 1 to 10,000,000.</exception>
    public static CamMethod CreateIntegratedGradCam(int steps)
    {
        PassLimit.Check(steps, nameof(steps));
        return new IntegratedGradCamMethod(steps, string.Create(CultureInfo.InvariantCulture, $"steps {steps}"));
    }

    private sealed class IntegratedGradCamMethod(int steps, string parameters = "") : RerunMethod(
        "Integrated Grad-CAM", "integratedgradcam",
        "x_t = x' + t (x - x'), x' black; map = mean over t of relu(sum mean(g_c(x_t)) (A_c(x_t) - A_c(x')))", 2021,
        "Sattarzadeh et al., \"Integrated Grad-CAM: Sensitivity-Aware Visual Explanation of Deep Convolutional Networks via " +
        "Integrated Gradient-Based Scoring\", ICASSP 2021, arXiv:2102.07805",
        MethodNeeds.Activations | MethodNeeds.Gradients | MethodNeeds.ForwardPasses, parameters)
    {
        public static readonly CamMethod Published = new IntegratedGradCamMethod(20);

        internal override bool HasChannelSum => false;

        private protected override CamMethod With(MethodArguments arguments) =>
            CreateIntegratedGradCam(arguments.Integer("steps", steps));

        internal override void Compute(MethodRun run)
        {
            var path = new BlackPath(run);
            int channels = run.Shape.Channels;
            float[] black = new float[run.Shape.Length];
            double[] weights = new double[channels];
            double[] map = new double[run.Shape.Pixels];
            run.Plan(steps + 1);
            run.Differentiate(steps + 1, (step, values) => path.Write(run.Input, (double)step / steps, values), (step, activations, gradients) =>
            {
                if (step == 0)
                {
                    activations.CopyTo(black);
                    return;
                }

                Array.Clear(weights);
                for (int i = 0; i < black.Length; i++)
                    weights[i % channels] += gradients.Span[i] / map.Length;
                for (int p = 0; p < map.Length; p++)
                {
                    double sum = 0;
                    for (int c = 0; c < channels; c++)
                        sum += weights[c] * ((double)activations.Span[p * channels + c] - black[p * channels + c]);
                    map[p] += Math.Max(sum, 0) / steps;
                }
            }, run.Layer);
            for (int p = 0; p < map.Length; p++)
                run.Map[p] = (float)map[p];
        }
    }
}
