using System.Globalization;
using GradCam.Explain;
using GradCam.Explain.Runs;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>
    /// s_c = y of the input times A_c, enlarged and brought to 0 to 1; w = softmax of all s; map = sum w_c A_c. A forward pass a channel, for all classes
    /// together. Wang et al., "Score-CAM: Score-Weighted Visual Explanations for Convolutional Neural Networks", CVPR Workshops 2020, arXiv:1910.01279.
    /// </summary>
    /// <remarks>
    /// y is what is explained: the logit, as pytorch-grad-cam has it, or a probability, of which the paper speaks. Each mask is enlarged with half-pixel
    /// centres, then normalised. <see cref="CreateScoreCam"/> takes few channels.
    /// </remarks>
    public static CamMethod ScoreCam => ScoreCamMethod.Published;

    /// <summary>
    /// <see cref="ScoreCam"/> of the channels that vary most, which are those that make pictures: fewer forward passes (tf-keras-vis' Faster Score-CAM).
    /// </summary>
    /// <param name="mostChannels">How many, by their standard deviation over the layer's positions.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public static CamMethod CreateScoreCam(int mostChannels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(mostChannels);
        return new ScoreCamMethod(mostChannels, string.Create(CultureInfo.InvariantCulture, $"channels {mostChannels}"));
    }

    private sealed class ScoreCamMethod(int mostChannels, string parameters = "") : MaskMethod(
        mostChannels, 1, "Score-CAM", "scorecam", "s_c = y of x times minmax(enlarged A_c); w = softmax(s); map = sum w_c A_c", 2020,
        "Wang et al., \"Score-CAM: Score-Weighted Visual Explanations for Convolutional Neural Networks\", CVPR Workshops 2020, arXiv:1910.01279",
        parameters)
    {
        public static readonly CamMethod Published = new ScoreCamMethod(int.MaxValue);

        private protected override CamMethod With(MethodArguments arguments) =>
            CreateScoreCam(arguments.Integer("channels", MostChannels));

        private protected override void Write(MethodRun run, ActivationMasks masks, int channel, int number, Span<float> values) =>
            masks.Apply(channel, 1, values);
    }
}
