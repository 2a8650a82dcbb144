using System.Globalization;
using GradCam.Explain;
using GradCam.Explain.Inputs.Numbers;
using GradCam.Explain.Runs;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>
    /// Score-CAM with noisy masks: s_c = mean over samples of y of the input times (mask + noise), less y; w = softmax of all s; map = sum w_c A_c.
    /// Wang, Naidu, Michael and Kundu, "SS-CAM: Smoothed Score-CAM for Sharper Visual Feature Localization", 2020, arXiv:2006.14255.
    /// </summary>
    /// <remarks>35 samples of noise of deviation 2: 35 forward passes a channel. The noise is of the seed in <see cref="ExplainOptions"/>.</remarks>
    public static CamMethod SsCam => SsCamMethod.Published;

    /// <summary><see cref="SsCam"/> with other parameters.</summary>
    /// <param name="mostChannels">How many channels, as in <see cref="CreateScoreCam"/>.</param>
    /// <param name="samples">Samples of noise a channel.</param>
    /// <param name="deviation">The noise's standard deviation; a mask is from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A count is less than 1, the samples are more than 10,000,000, or the deviation is negative or not finite.
    /// </exception>
    public static CamMethod CreateSsCam(int mostChannels = int.MaxValue, int samples = 35, double deviation = 2)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(mostChannels);
        PassLimit.Check(samples, nameof(samples));
        CheckDeviation(deviation);
        string noise = string.Create(CultureInfo.InvariantCulture, $"samples {samples}, deviation {deviation}");
        return new SsCamMethod(mostChannels, samples, deviation, Describe(mostChannels, noise));
    }

    private sealed class SsCamMethod(int mostChannels, int samples, double deviation, string parameters = "") : MaskMethod(
        mostChannels, samples, "SS-CAM", "sscam", "s_c = mean y of x times (minmax(enlarged A_c) + noise) - y; w = softmax(s); map = sum w_c A_c", 2020,
        "Wang et al., \"SS-CAM: Smoothed Score-CAM for Sharper Visual Feature Localization\", 2020, arXiv:2006.14255",
        parameters)
    {
        public static readonly CamMethod Published = new SsCamMethod(int.MaxValue, 35, 2);

        private protected override CamMethod With(MethodArguments arguments) =>
            CreateSsCam(
                arguments.Integer("channels", MostChannels), arguments.Integer("samples", Parts), arguments.Number("deviation", deviation));

        private protected override void Write(MethodRun run, ActivationMasks masks, int channel, int number, Span<float> values)
        {
            int pixels = run.InputShape.Pixels;
            float[] mask = new float[pixels];
            float[] noise = new float[pixels];
            masks.Write(channel, mask);
            new CounterRandom(run.Seed).FillNormal((ulong)number, noise);
            for (int p = 0; p < pixels; p++)
                mask[p] += (float)(deviation * noise[p]);
            ActivationMasks.Apply(run.Input, mask, values);
        }
    }
}
