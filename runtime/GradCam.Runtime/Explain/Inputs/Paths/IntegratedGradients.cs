using GradCam.Explain;
using GradCam.Explain.Inputs;
using GradCam.Explain.Inputs.Numbers;

namespace GradCam;

public abstract partial record InputMethod
{
    /// <summary>
    /// values = (x - x') * integral of g from x' to x along a straight line; map = sum over channels. The values sum to y(x) - y(x').
    /// Sundararajan et al., "Axiomatic Attribution for Deep Networks", ICML 2017, arXiv:1703.01365.
    /// </summary>
    public static IntegratedGradientsMethod IntegratedGradients { get; } = new();
}

/// <summary>Gradients along a straight line from a baseline: <see cref="InputMethod.IntegratedGradients"/>.</summary>
public sealed record IntegratedGradientsMethod : InputMethod
{
    internal IntegratedGradientsMethod()
        : base(
            "Integrated gradients", "integratedgradients", "values = (x - x') * integral of g(x' + t (x - x')) dt from 0 to 1; map = sum", 2017,
            "Sundararajan et al., \"Axiomatic Attribution for Deep Networks\", ICML 2017, arXiv:1703.01365",
            "Steps + 2 forwards, Steps backwards (50)", InputNeeds.InputGradient)
    {
    }

    /// <summary>Points of the line: 50.</summary>
    public int Steps { get; init => field = Within(1, MostPasses, value, nameof(Steps)); } = 50;

    /// <summary>Which points: <see cref="PathRule.GaussLegendre"/>.</summary>
    public PathRule Rule
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Rule), value, "There is no such rule.");
    }

    /// <summary>Where the line begins: <see cref="Baseline.Zero"/>.</summary>
    public Baseline Baseline { get; init; } = Baseline.Zero;

    private protected override InputMethod With(MethodArguments arguments) => this with
    {
        Steps = arguments.Integer("steps", Steps),
        Rule = arguments.Word("rule", Rule),
        Baseline = arguments.Baseline(Baseline),
    };

    internal override PassCount CountPasses(Tensor input) => new(Steps + 2L, Steps);

    internal override void Compute(InputRun run)
    {
        int length = run.Shape.Length;
        float[] baseline = new float[length];
        double[] sums = new double[length];
        double[] points = new double[Steps];
        double[] weights = new double[Steps];
        Points(points, weights, run.Cancellation);
        Baseline.Fill(run, 0, baseline);
        double from = run.Score(baseline);
        void Add(int step, ReadOnlySpan<float> gradient)
        {
            for (int i = 0; i < length; i++)
                sums[i] += weights[step] * gradient[i];
        }

        run.Gradients(Steps, new Line(run.InputBuffer, baseline, points), Add);
        for (int i = 0; i < length; i++)
            sums[i] *= (double)run.Input[i] - baseline[i];
        run.SetValues(sums, run.ScoreInput() - from);
    }

    private void Points(Span<double> points, Span<double> weights, CancellationToken cancellation)
    {
        int n = points.Length;
        weights.Fill(1.0 / n);
        switch (Rule)
        {
            case PathRule.GaussLegendre:
                GaussLegendre.Compute(points, weights, cancellation);
                return;
            case PathRule.Trapezoid when n > 1:
                for (int i = 0; i < n; i++)
                    (points[i], weights[i]) = ((double)i / (n - 1), i == 0 || i == n - 1 ? 0.5 / (n - 1) : 1.0 / (n - 1));
                return;
            default:
                double shift = Rule == PathRule.Left ? 0 : Rule == PathRule.Right ? 1 : 0.5;
                for (int i = 0; i < n; i++)
                    points[i] = (i + shift) / n;
                return;
        }
    }

    /// <summary>Points of the line from the baseline to the input.</summary>
    private sealed class Line(float[] input, float[] baseline, double[] points) : IInputSource
    {
        public void Fill(int index, Span<float> destination)
        {
            for (int i = 0; i < destination.Length; i++)
                destination[i] = (float)(baseline[i] + points[index] * ((double)input[i] - baseline[i]));
        }
    }
}
