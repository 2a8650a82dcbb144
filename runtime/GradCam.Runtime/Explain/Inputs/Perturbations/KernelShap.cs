using GradCam.Explain;
using GradCam.Explain.Inputs;
using GradCam.Explain.Inputs.Numbers;
using GradCam.Explain.Inputs.Perturbations;

namespace GradCam;

public abstract partial record InputMethod
{
    /// <summary>
    /// values = the segments' Shapley values: what each adds to the score, averaged over the orders in which segments may be uncovered; estimated by least
    /// squares over coalitions, or exact where all of these are tried. They sum to y(x) - y(x'). Lundberg and Lee, "A Unified Approach to Interpreting Model
    /// Predictions", NeurIPS 2017, arXiv:1705.07874.
    /// </summary>
    public static KernelShapMethod KernelShap { get; } = new();
}

/// <summary>Shapley values of segments: <see cref="InputMethod.KernelShap"/>.</summary>
public sealed record KernelShapMethod : InputMethod
{
    internal KernelShapMethod()
        : base(
            "KernelSHAP", "kernelshap",
            "values = least squares of y over coalitions z, weighted (d - 1) / (C(d, |z|) |z| (d - |z|)), with sum y(x) - y(x'); map = values", 2017,
            "Lundberg and Lee, \"A Unified Approach to Interpreting Model Predictions\", NeurIPS 2017, arXiv:1705.07874",
            "Samples + 2 forwards (2048), or 2^segments where that is less", InputNeeds.Nothing)
    {
    }

    /// <summary>Coalitions: 2048. Where there are no more, all are tried, and the values are exact.</summary>
    public int Samples { get; init => field = Within(1, MostPasses, value, nameof(Samples)); } = 2048;

    /// <summary>The segments: a grid of 8x8 cells.</summary>
    public Segmentation Segments { get; init; } = Segmentation.Grid(8, 8);

    /// <summary>What covers a segment, x': <see cref="Baseline.Zero"/>.</summary>
    public Baseline Baseline { get; init; } = Baseline.Zero;

    private protected override InputMethod With(MethodArguments arguments) => this with
    {
        Samples = arguments.Integer("samples", Samples),
        Segments = arguments.Segments(Segments),
        Baseline = arguments.Baseline(Baseline),
    };

    internal override PassCount CountPasses(Tensor input) => new(Coalitions(Segments.On(input).Count) + 2L, 0);

    internal override void Compute(InputRun run)
    {
        Segments segments = Segments.On(run.Shape);
        float[] baseline = new float[run.Shape.Length];
        Baseline.Fill(run, 0, baseline);
        int count = segments.Count;
        int coalitions = Coalitions(count);
        bool all = TriesAll(count);
        CounterRandom random = run.Random;
        void Mask(int index, float[] mask)
        {
            if (all)
                Subset(index + 1, mask);
            else
                Draw(random, index, mask);
        }

        double[] scores = new double[coalitions];
        run.Score(new MaskedInputs(run.InputBuffer, baseline, segments.Labels, Mask, count), scores);
        double from = run.Score(baseline);
        double whole = run.ScoreInput() - from;

        double[] values = Fit(scores, Mask, count, from, whole, all, run.Cancellation);
        segments.Write(run, values);
        double sum = 0;
        foreach (double value in values)
            sum += value;
        run.CompletenessDelta = sum - whole;
    }

    /// <summary>All coalitions but the empty and the full one, or as many as are drawn.</summary>
    private int Coalitions(int segments) => TriesAll(segments) ? (1 << segments) - 2 : Samples;

    private bool TriesAll(int segments) => segments < 24 && (1 << segments) - 2 <= Samples;

    private static void Subset(int bits, float[] mask)
    {
        for (int i = 0; i < mask.Length; i++)
            mask[i] = (bits >> i) & 1;
    }

    /// <summary>
    /// A coalition drawn with the weights' probability: its size by the law (d - 1) / (s (d - s)), then its members. The odd ones are the even ones'
    /// complements.
    /// </summary>
    private static void Draw(CounterRandom random, int index, float[] mask)
    {
        int count = mask.Length;
        ulong stream = RandomStream.Sample + (ulong)(index / 2);
        double total = 0;
        for (int size = 1; size < count; size++)
            total += 1.0 / ((double)size * (count - size));
        double place = random.Uniform(stream, 0) * total;
        int members = 1;
        for (; members < count - 1; members++)
        {
            place -= 1.0 / ((double)members * (count - members));
            if (place < 0)
                break;
        }

        // Each segment joins with the probability that is left (Knuth's algorithm S).
        bool complement = index % 2 == 1;
        for (int i = 0; i < count; i++)
        {
            bool joins = random.Uniform(stream, (ulong)i + 1) * (count - i) < members;
            if (joins)
                members--;
            mask[i] = joins != complement ? 1 : 0;
        }
    }

    /// <summary>Least squares with the sum given: the last value is what the others leave.</summary>
    private static double[] Fit(
        double[] scores, Action<int, float[]> makeMask, int count, double from, double whole, bool all, CancellationToken cancellation)
    {
        if (count == 1)
            return [whole];
        var fit = new LeastSquares(count - 1);
        float[] mask = new float[count];
        double[] row = new double[count - 1];
        for (int sample = 0; sample < scores.Length; sample++)
        {
            cancellation.ThrowIfCancellationRequested();
            makeMask(sample, mask);
            int size = 0;
            foreach (float part in mask)
                size += (int)part;
            for (int i = 0; i < row.Length; i++)
                row[i] = mask[i] - mask[count - 1];
            fit.Add(row, scores[sample] - from - mask[count - 1] * whole, all ? Weight(count, size) : 1);
        }

        double[] solved = fit.Solve(0, cancellation);
        double last = whole;
        foreach (double value in solved)
            last -= value;
        return [.. solved, last];
    }

    private static double Weight(int count, int size)
    {
        double subsets = 1;
        for (int i = 1; i <= size; i++)
            subsets = subsets * (count - size + i) / i;
        return (count - 1) / (subsets * size * (count - size));
    }
}
