using System.Globalization;
using GradCam.Explain;
using GradCam.Explain.Inputs.Numbers;
using GradCam.Explain.Runs;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>
    /// Grad-CAM++ of noisy inputs: D1, D2, D3 = means of g, g^2, g^3 over samples; a = D2 / (2 D2 + sum(D3 A_c) + 1e-8); w_c = sum(a relu(D1)); map = sum w_c
    /// A_c. A is the photo's own. Omeiza, Speakman, Cintas and Weldermariam, "Smooth Grad-CAM++: An Enhanced Inference Level Visualization Technique for Deep
    /// Convolutional Neural Network Models", 2019, arXiv:1908.01224.
    /// </summary>
    /// <remarks>
    /// 4 samples of noise of deviation 0.3 on the normalised input, of the seed in <see cref="ExplainOptions"/>: 4 forward passes and backward slices.
    /// </remarks>
    public static CamMethod SmoothGradCamPlusPlus => SmoothGradCamPlusPlusMethod.Published;

    /// <summary><see cref="SmoothGradCamPlusPlus"/> with other parameters.</summary>
    /// <param name="samples">Samples of noise.</param>
    /// <param name="deviation">The noise's standard deviation, in units of the normalised input.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The samples are not from 1 to 10,000,000, or the deviation is negative or not finite.
    /// </exception>
    public static CamMethod CreateSmoothGradCamPlusPlus(int samples = 4, double deviation = 0.3)
    {
        PassLimit.Check(samples, nameof(samples));
        CheckDeviation(deviation);
        return new SmoothGradCamPlusPlusMethod(samples, deviation, string.Create(CultureInfo.InvariantCulture, $"samples {samples}, deviation {deviation}"));
    }

    private sealed class SmoothGradCamPlusPlusMethod(int samples, double deviation, string parameters = "") : RerunMethod(
        "Smooth Grad-CAM++", "smoothgradcam++",
        "D1, D2, D3 = means of g, g^2, g^3 over noisy x; a = D2 / (2 D2 + sum(D3 A_c) + 1e-8); w_c = sum(a relu(D1)); map = sum w_c A_c", 2019,
        "Omeiza et al., \"Smooth Grad-CAM++: An Enhanced Inference Level Visualization Technique for Deep Convolutional Neural Network " +
        "Models\", 2019, arXiv:1908.01224",
        MethodNeeds.Activations | MethodNeeds.Gradients | MethodNeeds.ForwardPasses, parameters)
    {
        public static readonly CamMethod Published = new SmoothGradCamPlusPlusMethod(4, 0.3);

        private protected override CamMethod With(MethodArguments arguments) =>
            CreateSmoothGradCamPlusPlus(arguments.Integer("samples", samples), arguments.Number("deviation", deviation));

        internal override void Compute(MethodRun run)
        {
            ReadOnlyMemory<float> activations = run.Activations;
            int channels = run.Shape.Channels;
            double[] first = new double[run.Shape.Length];
            double[] second = new double[first.Length];
            double[] third = new double[first.Length];
            run.Plan(samples);
            run.Differentiate(samples, (sample, values) =>
            {
                new CounterRandom(run.Seed).FillNormal((ulong)sample, values);
                ReadOnlySpan<float> input = run.Input;
                for (int i = 0; i < values.Length; i++)
                    values[i] = input[i] + (float)(deviation * values[i]);
            }, (_, _, gradients) =>
            {
                ReadOnlySpan<float> g = gradients.Span;
                for (int i = 0; i < first.Length; i++)
                {
                    double value = g[i];
                    first[i] += value / samples;
                    second[i] += value * value / samples;
                    third[i] += value * value * value / samples;
                }
            }, run.Layer);

            double[] sums = new double[channels];
            double[] weights = new double[channels];
            for (int i = 0; i < first.Length; i++)
                sums[i % channels] += third[i] * activations.Span[i];
            for (int i = 0; i < first.Length; i++)
            {
                // Where the mean is not positive it counts for nothing, whatever the quotient; NaN counts.
                if (!(first[i] <= 0))
                    weights[i % channels] += second[i] / (2 * second[i] + sums[i % channels] + 1e-8) * first[i];
            }

            run.Maps.WeightedSum(run.Maps.Write(weights));
        }
    }
}
