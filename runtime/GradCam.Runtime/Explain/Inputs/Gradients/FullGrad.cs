using System.Numerics.Tensors;
using GradCam.Explain.Inputs;
using GradCam.Explain.Inputs.Gates;

namespace GradCam;

public abstract partial record InputMethod
{
    /// <summary>
    /// values = x * g; the map adds what each layer's bias b contributes, b * g at the layer's output: the sum over channels of |x * g|, and of all layers'
    /// |b * g|, each brought to 0 to 1 and enlarged. Of networks whose nonlinearities are relus, leaky relus and pools, x * g and b * g sum to y.
    /// Srinivas and Fleuret, "Full-Gradient Representation for Neural Network Visualization", NeurIPS 2019, arXiv:1905.00780.
    /// </summary>
    /// <remarks>
    /// A bias is that of a layer with all that is folded into it, as a batch norm's summand. Each channel is brought to 0 to 1 by itself, as in
    /// pytorch-grad-cam; layers of one pixel, as linear ones are, have no place and count in the sum alone.
    /// </remarks>
    public static InputMethod FullGrad { get; } = new FullGradMethod();

    private sealed record FullGradMethod() : InputMethod(
        "FullGrad", "fullgrad", "values = x * g; map = sum of minmax(|x_c * g_c|) and of minmax(|b_c g_c|) of all channels of all layers with a bias b", 2019,
        "Srinivas and Fleuret, \"Full-Gradient Representation for Neural Network Visualization\", NeurIPS 2019, arXiv:1905.00780",
        "1 forward, 1 backward", InputNeeds.InputGradient)
    {
        internal override PassCount CountPasses(Tensor input) => new(1, 1);

        internal override void Compute(InputRun run)
        {
            (int height, int width) = (run.Shape.Height, run.Shape.Width);
            double score = run.ScoreInput();
            FullGradSum sum = run.GradientAndBiases(run.Values);
            TensorPrimitives.Multiply(run.Values, run.Input, run.Values);
            sum.Add(default, run.Values, run.Shape.Channels, height, width);
            run.CompletenessDelta = sum.Total - score;
            sum.Write(run.MakeMap(height, width));
        }
    }
}
