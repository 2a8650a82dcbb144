using System.Numerics.Tensors;
using GradCam.Explain.Inputs;

namespace GradCam;

public abstract partial record InputMethod
{
    /// <summary>
    /// values = x * g; map = sum over channels. Of a network of relus and no biases the values sum to the score.
    /// Shrikumar et al., "Not Just a Black Box: Learning Important Features Through Propagating Activation Differences", 2016, arXiv:1605.01713.
    /// </summary>
    public static InputMethod InputXGradient { get; } = new InputXGradientMethod();

    private sealed record InputXGradientMethod() : InputMethod(
        "Input x gradient", "inputxgradient", "values = x * g; map = sum", 2016,
        "Shrikumar et al., \"Not Just a Black Box: Learning Important Features Through Propagating Activation Differences\", 2016, arXiv:1605.01713",
        "1 forward, 1 backward", InputNeeds.InputGradient)
    {
        internal override PassCount CountPasses(Tensor input) => new(1, 1);

        internal override void Compute(InputRun run)
        {
            run.ScoreInput();
            run.Gradient(run.Values);
            TensorPrimitives.Multiply(run.Values, run.Input, run.Values);
        }
    }
}
