using GradCam.Explain;
using GradCam.Explain.Runs;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>
    /// map = at each position, y of a layer that is zero elsewhere: what each position says alone. A run of the suffix a position, for all classes together.
    /// Byun and Lee, "Recipro-CAM: Fast Gradient-free Visual Explanations for Convolutional Neural Networks", 2022, arXiv:2209.14074.
    /// </summary>
    /// <remarks>The single position is OpenVINO's; <see cref="CreateReciproCam"/> has the paper's Gaussian of 3x3.</remarks>
    public static CamMethod ReciproCam => ReciproCamMethod.Published;

    /// <summary><see cref="ReciproCam"/> with other parameters.</summary>
    /// <param name="isGaussian">
    /// True for the position with its neighbours, as the paper has it: times (1 2 1; 2 4 2; 1 2 1) / 16, cut off at the layer's edges.
    /// </param>
    public static CamMethod CreateReciproCam(bool isGaussian) => new ReciproCamMethod(isGaussian, isGaussian ? "gaussian" : "gaussian no");

    private sealed class ReciproCamMethod(bool isGaussian, string parameters = "") : RerunMethod(
        "Recipro-CAM", "reciprocam",
        isGaussian ? "map = at each position, y with A zero but for a 3x3 Gaussian around it" : "map = at each position, y with A zero elsewhere", 2022,
        "Byun and Lee, \"Recipro-CAM: Fast Gradient-free Visual Explanations for Convolutional Neural Networks\", 2022, arXiv:2209.14074",
        MethodNeeds.Activations | MethodNeeds.Suffix, parameters)
    {
        public static readonly CamMethod Published = new ReciproCamMethod(isGaussian: false);

        internal override bool HasChannelSum => false;

        private protected override CamMethod With(MethodArguments arguments) =>
            CreateReciproCam(arguments.Flag("gaussian", isGaussian));

        internal override void Compute(MethodRun run)
        {
            ReadOnlyMemory<float> activations = run.Activations;
            (int width, int height, int channels) = (run.Shape.Width, run.Shape.Height, run.Shape.Channels);
            double[] scores = new double[width * height];
            run.Plan(scores.Length);
            int reach = isGaussian ? 1 : 0;
            run.ScoreSuffix((position, values) =>
            {
                values.Clear();
                (int row, int column) = Math.DivRem(position, width);
                for (int y = Math.Max(row - reach, 0); y <= Math.Min(row + reach, height - 1); y++)
                {
                    for (int x = Math.Max(column - reach, 0); x <= Math.Min(column + reach, width - 1); x++)
                    {
                        float weight = isGaussian ? (2 - Math.Abs(y - row)) * (2 - Math.Abs(x - column)) / 16f : 1;
                        int first = (y * width + x) * channels;
                        for (int c = 0; c < channels; c++)
                            values[first + c] = weight * activations.Span[first + c];
                    }
                }
            }, scores);
            for (int p = 0; p < scores.Length; p++)
                run.Map[p] = (float)scores[p];
        }
    }
}
