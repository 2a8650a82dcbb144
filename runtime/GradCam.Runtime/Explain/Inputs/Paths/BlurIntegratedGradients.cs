using GradCam.Explain;
using GradCam.Explain.Inputs;
using GradCam.Explain.Inputs.Numbers;

namespace GradCam;

public abstract partial record InputMethod
{
    /// <summary>
    /// values = - sum over steps of (difference of sigma) * (d blur(x, sigma) / d sigma) * g(blur(x, sigma)), sigma from 0 on; map = sum over channels. The
    /// values sum to y(x) - y(blur(x, largest sigma)). Xu et al., "Attribution in Scale and Space", CVPR 2020, arXiv:2004.03383.
    /// </summary>
    public static BlurIntegratedGradientsMethod BlurIntegratedGradients { get; } = new();
}

/// <summary>Gradients along the way from the blurred input to the sharp one: <see cref="InputMethod.BlurIntegratedGradients"/>.</summary>
public sealed record BlurIntegratedGradientsMethod : InputMethod
{
    /// <summary>How far apart the two blurs are of which the derivative is made, in pixels.</summary>
    private const double SigmaStep = 0.01;

    internal BlurIntegratedGradientsMethod()
        : base(
            "Blur integrated gradients", "blurintegratedgradients", "values = - integral of (d blur(x, s) / ds) * g(blur(x, s)) ds from 0 on; map = sum", 2020,
            "Xu et al., \"Attribution in Scale and Space\", CVPR 2020, arXiv:2004.03383",
            "Steps + 2 forwards, Steps backwards (100)", InputNeeds.InputGradient)
    {
    }

    /// <summary>Steps: 100.</summary>
    public int Steps { get; init => field = Within(1, MostPasses, value, nameof(Steps)); } = 100;

    /// <summary>The largest blur's standard deviation: 50 pixels.</summary>
    public double MaxSigma { get; init => field = Within(0, 10_000, value, nameof(MaxSigma)); } = 50;

    /// <summary>Whether sigma goes as the square root of the step, with more of the sharp inputs left out; false.</summary>
    public bool UseSquareRoot { get; init; }

    private protected override InputMethod With(MethodArguments arguments) => this with
    {
        Steps = arguments.Integer("steps", Steps),
        MaxSigma = arguments.Number("max-sigma", MaxSigma),
        UseSquareRoot = arguments.Flag("square-root", UseSquareRoot),
    };

    internal override PassCount CountPasses(Tensor input) => new(Steps + 2L, Steps);

    internal override void Compute(InputRun run)
    {
        (int height, int width, int channels) = (run.Shape.Height, run.Shape.Width, run.Shape.Channels);
        var blur = new GaussianBlur(height, width, channels);
        double[] source = Doubles.Of(run.Input);
        double[] blurred = new double[source.Length];
        double[] more = new double[source.Length];
        double[] sums = new double[source.Length];
        void Add(int step, ReadOnlySpan<float> gradient)
        {
            double sigma = Sigma(step);
            blur.Run(source, sigma, blurred);
            blur.Run(source, sigma + SigmaStep, more);
            double factor = -(Sigma(step + 1) - sigma) / SigmaStep;
            for (int i = 0; i < sums.Length; i++)
                sums[i] += factor * (more[i] - blurred[i]) * gradient[i];
        }

        run.Gradients(Steps, new BlurredInputs(blur, source, Sigma), Add);
        blur.Run(source, MaxSigma, blurred);
        float[] input = new float[source.Length];
        Doubles.Round(blurred, input);
        double from = run.Score(input);
        run.SetValues(sums, run.ScoreInput() - from);
    }

    private double Sigma(int step) => UseSquareRoot ? Math.Sqrt(step * MaxSigma / Steps) : step * MaxSigma / Steps;

    /// <summary>The input at each step's blur.</summary>
    private sealed class BlurredInputs(GaussianBlur blur, double[] source, Func<int, double> sigma) : IInputSource
    {
        private readonly double[] _blurred = new double[source.Length];

        public void Fill(int index, Span<float> destination)
        {
            blur.Run(source, sigma(index), _blurred);
            Doubles.Round(_blurred, destination);
        }
    }
}
