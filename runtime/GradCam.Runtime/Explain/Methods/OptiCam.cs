using System.Globalization;
using GradCam.Explain;
using GradCam.Explain.Runs;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>
    /// w = softmax(u), with the u that makes |y(x) - y(x S)| small, S = minmax(enlarged sum w_c A_c); map = sum w_c A_c: the mask that leaves the score as it
    /// is. At most 100 forward passes and backward slices to the input, which has to be compiled: <c>[GradCam("input")]</c>. Zhang, Torres, Sicre, Avrithis
    /// and Ayache,
    /// "Opti-CAM: Optimizing saliency maps for interpretability", 2023, arXiv:2301.07002.
    /// </summary>
    /// <remarks>
    /// u begins at 0.5 and follows Adam with steps of 0.01; ten times on the way it is asked whether the loss rose since last, and if so that is the end.
    /// </remarks>
    public static CamMethod OptiCam => OptiCamMethod.Published;

    /// <summary><see cref="OptiCam"/> with other parameters.</summary>
    /// <param name="steps">Steps at most.</param>
    /// <param name="rate">Adam's step.</param>
    /// <exception cref="ArgumentOutOfRangeException">The steps are not from 1 to 10,000,000, or the rate is not above 0 and up to 1,000,000.</exception>
    public static CamMethod CreateOptiCam(int steps = 100, double rate = 0.01)
    {
        PassLimit.Check(steps, nameof(steps));
        if (!(rate is > 0 and <= 1e6))
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "Expected a number above 0, up to 1000000.");
        return new OptiCamMethod(steps, rate, string.Create(CultureInfo.InvariantCulture, $"steps {steps}, rate {rate}"));
    }

    private sealed class OptiCamMethod(int steps, double rate, string parameters = "") : RerunMethod(
        "Opti-CAM", "opticam", "S = minmax(enlarged sum w_c A_c); w = softmax(u), u = argmin abs(y(x) - y(x S)); map = sum w_c A_c", 2023,
        "Zhang et al., \"Opti-CAM: Optimizing saliency maps for interpretability\", 2023, arXiv:2301.07002",
        MethodNeeds.Activations | MethodNeeds.ForwardPasses | MethodNeeds.InputGradients, parameters)
    {
        public static readonly CamMethod Published = new OptiCamMethod(100, 0.01);

        private protected override CamMethod With(MethodArguments arguments) =>
            CreateOptiCam(arguments.Integer("steps", steps), arguments.Number("rate", rate));

        internal override void Compute(MethodRun run)
        {
            int inputLayer = run.RequireInputLayer();
            var mask = new WeightedMask(run);
            var adam = new Adam(run.Arithmetic, run.Shape.Channels, rate);
            double[] u = new double[run.Shape.Channels];
            Array.Fill(u, 0.5);
            double whole = run.Score();
            double lastLoss = double.PositiveInfinity;
            int check = Math.Max(steps / 10, 1);
            run.Plan(steps);
            for (int step = 0; step < steps; step++)
            {
                mask.Make(u);
                double score = run.Differentiate(
                    values => ActivationMasks.Apply(run.Input, mask.Values, values),
                    gradient => mask.Differentiate(gradient),
                    inputLayer);
                double loss = Math.Abs(whole - score);
                if (step % check == 0)
                {
                    if (loss > lastLoss)
                        break;
                    lastLoss = loss;
                }

                adam.Step(u, mask.Gradient(score > whole ? 1 : score < whole ? -1 : 0));
            }

            mask.Make(u);
            run.Maps.WeightedSum(run.Maps.Write(mask.Weights));
        }
    }
}
