using GradCam.Explain;
using GradCam.Explain.Inputs;
using GradCam.Explain.Inputs.Numbers;

namespace GradCam;

public abstract partial record InputMethod
{
    /// <summary>
    /// values = |mean over channels of g|, without its high frequencies, which strides and pools put there.
    /// Muzellec et al., "Saliency strikes back: How filtering out high frequencies improves white-box explanations", ICML 2024, arXiv:2307.09591.
    /// </summary>
    public static ForGradMethod ForGrad { get; } = new();
}

/// <summary>The gradient without its high frequencies: <see cref="InputMethod.ForGrad"/>.</summary>
public sealed record ForGradMethod : InputMethod
{
    internal ForGradMethod()
        : base(
            "ForGrad", "forgrad", "values = lowpass(|mean of g over channels|); map = values", 2024,
            "Muzellec et al., \"Saliency strikes back: How filtering out high frequencies improves white-box explanations\", ICML 2024, arXiv:2307.09591",
            "1 forward, 1 backward", InputNeeds.InputGradient)
    {
    }

    /// <summary>
    /// The radius of the disc of frequencies that are kept, in waves along 224 pixels: 15. Of an input of another size as many waves of the same length in
    /// pixels.
    /// </summary>
    public double Radius { get; init => field = Within(0, 1000, value, nameof(Radius)); } = 15;

    private protected override InputMethod With(MethodArguments arguments) => this with
    {
        Radius = arguments.Number("radius", Radius),
    };

    internal override PassCount CountPasses(Tensor input) => new(1, 1);

    internal override void Compute(InputRun run)
    {
        (int height, int width, int channels) = (run.Shape.Height, run.Shape.Width, run.Shape.Channels);
        float[] gradient = run.Scratch();
        run.ScoreInput();
        run.Gradient(gradient);
        double[] map = new double[run.Shape.Pixels];
        for (int p = 0; p < map.Length; p++)
        {
            double sum = 0;
            for (int c = 0; c < channels; c++)
                sum += gradient[p * channels + c];
            map[p] = Math.Abs(sum / channels);
        }

        LowPass.Run(map, height, width, Radius / 224);
        run.UseOneChannel();
        Doubles.Round(map, run.Values);
    }
}
