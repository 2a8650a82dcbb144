using GradCam.Explain.Inputs;

namespace GradCam;

public abstract partial record InputMethod
{
    /// <summary>
    /// values = g; map = max over channels of |g|: how much the score changes with a pixel.
    /// Simonyan et al., "Deep Inside Convolutional Networks: Visualising Image Classification Models and Saliency Maps", ICLR 2014 workshop, arXiv:1312.6034.
    /// </summary>
    public static InputMethod Saliency { get; } = new SaliencyMethod();

    private sealed record SaliencyMethod() : InputMethod(
        "Saliency", "saliency", "values = g; map = max |g|", 2014,
        "Simonyan et al., \"Deep Inside Convolutional Networks: Visualising Image Classification Models and Saliency Maps\", ICLR 2014 workshop, " +
        "arXiv:1312.6034",
        "1 forward, 1 backward", InputNeeds.InputGradient)
    {
        internal override ChannelReduction Reduction => ChannelReduction.LargestMagnitude;

        internal override PassCount CountPasses(Tensor input) => new(1, 1);

        internal override void Compute(InputRun run)
        {
            run.ScoreInput();
            run.Gradient(run.Values);
        }
    }
}
