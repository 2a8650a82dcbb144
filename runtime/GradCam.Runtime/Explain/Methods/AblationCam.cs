using GradCam.Explain.Runs;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>
    /// w_c = (y - y without channel c) / y; map = sum w_c A_c: a channel counts for what is lost without it. A run of the suffix a channel, for all classes
    /// together. Where y is 0, or nothing beside what a channel changes, it is not divided by; where y is negative the map is upside down, as the paper has
    /// it: take a probability then.
    /// Desai and Ramaswamy, "Ablation-CAM: Visual Explanations for Deep Convolutional Network via Gradient-free Localization", WACV 2020.
    /// </summary>
    public static CamMethod AblationCam => AblationCamMethod.Published;

    private sealed class AblationCamMethod() : RerunMethod(
        "Ablation-CAM", "ablationcam", "w_c = (y - y with A_c = 0) / y; map = sum w_c A_c", 2020,
        "Desai and Ramaswamy, \"Ablation-CAM: Visual Explanations for Deep Convolutional Network via Gradient-free Localization\", WACV 2020",
        MethodNeeds.Activations | MethodNeeds.Suffix, "")
    {
        /// <summary>Of the weights: those beyond make a map that is not finite, or nearly.</summary>
        private const double MostMagnitude = 1e30;

        public static readonly CamMethod Published = new AblationCamMethod();

        internal override void Compute(MethodRun run)
        {
            ReadOnlyMemory<float> activations = run.Activations;
            int channels = run.Shape.Channels;
            double[] scores = new double[channels];
            run.Plan(channels);
            run.ScoreSuffix((channel, values) =>
            {
                activations.Span.CopyTo(values);
                for (int i = channel; i < values.Length; i += channels)
                    values[i] = 0;
            }, scores);
            double whole = run.Score();
            double most = 0;
            foreach (double score in scores)
                most = Math.Max(most, Math.Abs(whole - score));
            double divisor = whole == 0 || most > MostMagnitude * Math.Abs(whole) ? 1 : whole;
            for (int c = 0; c < channels; c++)
                scores[c] = (whole - scores[c]) / divisor;
            run.Maps.WeightedSum(run.Maps.Write(scores));
        }
    }
}
