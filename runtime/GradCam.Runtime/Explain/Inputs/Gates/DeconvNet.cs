using GradCam.Explain.Inputs;

namespace GradCam;

public abstract partial record InputMethod
{
    /// <summary>
    /// values = g, where only positive gradients go back through a rectifier, whatever it let through; map = max over channels of |values|.
    /// Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014, arXiv:1311.2901.
    /// </summary>
    public static InputMethod DeconvNet { get; } = new DeconvNetMethod();

    private sealed record DeconvNetMethod() : InputMethod(
        "DeconvNet", "deconvnet", "values = g, with g > 0 ? g : 0 at every rectifier; map = max |values|", 2014,
        "Zeiler and Fergus, \"Visualizing and Understanding Convolutional Networks\", ECCV 2014, arXiv:1311.2901",
        "1 forward, 1 backward", InputNeeds.InputGradient)
    {
        internal override ChannelReduction Reduction => ChannelReduction.LargestMagnitude;

        internal override PassCount CountPasses(Tensor input) => new(1, 1);

        internal override void Compute(InputRun run)
        {
            run.ScoreInput();
            run.Gradient(run.Values, run.Gates.Deconv);
        }
    }
}
