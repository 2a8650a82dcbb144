using GradCam.Explain.Inputs;

namespace GradCam;

public abstract partial record InputMethod
{
    /// <summary>
    /// values = g, where only positive gradients go back through a rectifier, and only where it let its input through; map = max over channels of |values|.
    /// Springenberg et al., "Striving for Simplicity: The All Convolutional Net", ICLR 2015 workshop, arXiv:1412.6806.
    /// </summary>
    public static InputMethod GuidedBackprop { get; } = new GuidedBackpropMethod();

    private sealed record GuidedBackpropMethod() : InputMethod(
        "Guided backpropagation", "guidedbackprop", "values = g, with relu'(a) g > 0 ? relu'(a) g : 0 at every rectifier; map = max |values|", 2015,
        "Springenberg et al., \"Striving for Simplicity: The All Convolutional Net\", ICLR 2015 workshop, arXiv:1412.6806",
        "1 forward, 1 backward", InputNeeds.InputGradient)
    {
        internal override ChannelReduction Reduction => ChannelReduction.LargestMagnitude;

        internal override PassCount CountPasses(Tensor input) => new(1, 1);

        internal override void Compute(InputRun run)
        {
            run.ScoreInput();
            run.Gradient(run.Values, run.Gates.Guided);
        }
    }
}
