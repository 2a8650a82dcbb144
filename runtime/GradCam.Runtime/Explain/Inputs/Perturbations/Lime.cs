using GradCam.Explain;
using GradCam.Explain.Inputs;
using GradCam.Explain.Inputs.Numbers;
using GradCam.Explain.Inputs.Perturbations;
using GradCam.Numerics;

namespace GradCam;

public abstract partial record InputMethod
{
    /// <summary>
    /// values = the weights of the linear model that comes nearest to the score over inputs with segments covered at random; inputs nearer to the whole one
    /// count more.
    /// Ribeiro et al., "'Why Should I Trust You?': Explaining the Predictions of Any Classifier", KDD 2016, arXiv:1602.04938.
    /// </summary>
    public static LimeMethod Lime { get; } = new();
}

/// <summary>A linear model of the score in terms of segments: <see cref="InputMethod.Lime"/>.</summary>
public sealed record LimeMethod : InputMethod
{
    internal LimeMethod()
        : base(
            "LIME", "lime",
            "values = weights of a ridge regression of y over random segments z, weighted exp(-(1 - cos(z, 1))^2 / (2 KernelWidth^2)); map = values",
            2016, "Ribeiro et al., \"'Why Should I Trust You?': Explaining the Predictions of Any Classifier\", KDD 2016, arXiv:1602.04938",
            "Samples + 1 forwards (1000)", InputNeeds.Nothing)
    {
    }

    /// <summary>Inputs, of which the first one has all segments: 1000.</summary>
    public int Samples { get; init => field = Within(2, MostPasses, value, nameof(Samples)); } = 1000;

    /// <summary>The segments: a grid of 8x8 cells.</summary>
    public Segmentation Segments { get; init; } = Segmentation.Grid(8, 8);

    /// <summary>How far from the whole input others count: 0.25 of the cosine distance.</summary>
    public double KernelWidth { get; init => field = Within(1e-3, 1e6, value, nameof(KernelWidth)); } = 0.25;

    /// <summary>The weight of the squared coefficients in the regression: 1.</summary>
    public double Ridge { get; init => field = Within(0, 1e12, value, nameof(Ridge)); } = 1;

    /// <summary>What covers a segment: <see cref="Baseline.Zero"/>.</summary>
    public Baseline Baseline { get; init; } = Baseline.Zero;

    private protected override InputMethod With(MethodArguments arguments) => this with
    {
        Samples = arguments.Integer("samples", Samples),
        Segments = arguments.Segments(Segments),
        KernelWidth = arguments.Number("kernel-width", KernelWidth),
        Ridge = arguments.Number("ridge", Ridge),
        Baseline = arguments.Baseline(Baseline),
    };

    internal override PassCount CountPasses(Tensor input) => new(Samples + 1L, 0);

    internal override void Compute(InputRun run)
    {
        Segments segments = Segments.On(run.Shape);
        float[] baseline = new float[run.Shape.Length];
        Baseline.Fill(run, 0, baseline);
        CounterRandom random = run.Random;
        void Mask(int index, float[] mask)
        {
            for (int i = 0; i < mask.Length; i++)
                mask[i] = index == 0 || random.Uniform(RandomStream.Sample + (ulong)index, (ulong)i) < 0.5 ? 1 : 0;
        }

        double[] scores = new double[Samples];
        run.Score(new MaskedInputs(run.InputBuffer, baseline, segments.Labels, Mask, segments.Count), scores);
        run.ScoreInput();
        segments.Write(run, Fit(scores, Mask, segments.Count, run.Cancellation));
    }

    /// <summary>The ridge regression, whose constant is not held small.</summary>
    private double[] Fit(double[] scores, Action<int, float[]> makeMask, int segments, CancellationToken cancellation)
    {
        float[] mask = new float[segments];
        double[] weights = new double[scores.Length];
        double[] means = new double[segments];
        (double total, double mean) = (0, 0);
        for (int sample = 0; sample < scores.Length; sample++)
        {
            makeMask(sample, mask);
            double seen = 0;
            foreach (float part in mask)
                seen += part;
            double distance = 1 - Math.Sqrt(seen / segments);
            weights[sample] = PortableMath.Exp(-distance * distance / (2 * KernelWidth * KernelWidth));
            total += weights[sample];
            mean += weights[sample] * scores[sample];
            for (int i = 0; i < segments; i++)
                means[i] += weights[sample] * mask[i];
        }

        var fit = new LeastSquares(segments);
        double[] row = new double[segments];
        for (int sample = 0; sample < scores.Length; sample++)
        {
            cancellation.ThrowIfCancellationRequested();
            makeMask(sample, mask);
            for (int i = 0; i < segments; i++)
                row[i] = mask[i] - means[i] / total;
            fit.Add(row, scores[sample] - mean / total, weights[sample]);
        }

        return fit.Solve(Ridge, cancellation);
    }
}
