using System.Globalization;
using GradCam.Explain;
using GradCam.Explain.Runs;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>
    /// Score-CAM along the way from nothing to the masked input: s_c = mean over i = 1..10 of y of i/10 of the input times the mask, less y; w = softmax of
    /// all s; map = sum w_c A_c. Naidu, Ghosh, Maurya, Shamanth Nayak and Kundu, "IS-CAM: Integrated Score-CAM for axiomatic-based explanations", 2020,
    /// arXiv:2010.03023.
    /// </summary>
    /// <remarks>10 forward passes a channel. torch-cam weighs by running sums of i/10 instead, which is another picture.</remarks>
    public static CamMethod IsCam => IsCamMethod.Published;

    /// <summary><see cref="IsCam"/> with other parameters.</summary>
    /// <param name="mostChannels">How many channels, as in <see cref="CreateScoreCam"/>.</param>
    /// <param name="steps">Steps along the way.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is less than 1, or the steps are more than 10,000,000.</exception>
    public static CamMethod CreateIsCam(int mostChannels = int.MaxValue, int steps = 10)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(mostChannels);
        PassLimit.Check(steps, nameof(steps));
        return new IsCamMethod(mostChannels, steps, Describe(mostChannels, string.Create(CultureInfo.InvariantCulture, $"steps {steps}")));
    }

    private sealed class IsCamMethod(int mostChannels, int steps, string parameters = "") : MaskMethod(
        mostChannels, steps, "IS-CAM", "iscam",
        string.Create(
            CultureInfo.InvariantCulture, $"s_c = mean over i of y of i/{steps} x times minmax(enlarged A_c) - y; w = softmax(s); map = sum w_c A_c"), 2020,
        "Naidu et al., \"IS-CAM: Integrated Score-CAM for axiomatic-based explanations\", 2020, arXiv:2010.03023",
        parameters)
    {
        public static readonly CamMethod Published = new IsCamMethod(int.MaxValue, 10);

        private protected override CamMethod With(MethodArguments arguments) =>
            CreateIsCam(arguments.Integer("channels", MostChannels), arguments.Integer("steps", Parts));

        private protected override void Write(MethodRun run, ActivationMasks masks, int channel, int number, Span<float> values) =>
            masks.Apply(channel, (number % Parts + 1f) / Parts, values);
    }
}
