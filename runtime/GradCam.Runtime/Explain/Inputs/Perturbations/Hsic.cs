using GradCam.Explain;
using GradCam.Explain.Inputs;
using GradCam.Explain.Inputs.Numbers;
using GradCam.Explain.Inputs.Perturbations;
using GradCam.Numerics;

namespace GradCam;

public abstract partial record InputMethod
{
    /// <summary>
    /// values = how far the score depends on whether a cell is seen (the Hilbert-Schmidt independence criterion), where half of all cells are covered at
    /// random.
    /// Novello et al., "Making Sense of Dependence: Efficient Black-box Explanations Using Dependence Measure", NeurIPS 2022, arXiv:2206.06219.
    /// </summary>
    public static HsicMethod Hsic { get; } = new();
}

/// <summary>The dependence of the score on each cell: <see cref="InputMethod.Hsic"/>.</summary>
public sealed record HsicMethod : InputMethod
{
    internal HsicMethod()
        : base(
            "HSIC", "hsic", "values = sum of (H K H * H L H) / Samples, K = 3/2 - (u - v)^2 of a cell, L = exp(-(y - y')^2 / (2 median(y)^2)); map = values",
            2022,
            "Novello et al., \"Making Sense of Dependence: Efficient Black-box Explanations Using Dependence Measure\", NeurIPS 2022, arXiv:2206.06219",
            "Samples + 1 forwards (500)", InputNeeds.Nothing)
    {
    }

    /// <summary>Masks: 500.</summary>
    public int Samples { get; init => field = Within(2, 20_000, value, nameof(Samples)); } = 500;

    /// <summary>The segments: a grid of 8x8 cells.</summary>
    public Segmentation Segments { get; init; } = Segmentation.Grid(8, 8);

    /// <summary>What covers a cell: <see cref="Baseline.Zero"/>.</summary>
    public Baseline Baseline { get; init; } = Baseline.Zero;

    private protected override InputMethod With(MethodArguments arguments) => this with
    {
        Samples = arguments.Integer("samples", Samples),
        Segments = arguments.Segments(Segments),
        Baseline = arguments.Baseline(Baseline),
    };

    internal override PassCount CountPasses(Tensor input) => new(Samples + 1L, 0);

    internal override void Compute(InputRun run)
    {
        Segments segments = Segments.On(run.Shape);
        float[] baseline = new float[run.Shape.Length];
        Baseline.Fill(run, 0, baseline);
        var points = new SobolSequence(segments.Count, run.Random, RandomStream.Sample);
        void Mask(int index, float[] mask)
        {
            for (int cell = 0; cell < segments.Count; cell++)
                mask[cell] = points[(uint)index, cell] < 0.5 ? 0 : 1;
        }

        double[] scores = new double[Samples];
        run.Score(new MaskedInputs(run.InputBuffer, baseline, segments.Labels, Mask, segments.Count), scores);
        run.ScoreInput();

        bool[] seen = new bool[Samples * segments.Count];
        float[] mask = new float[segments.Count];
        for (int sample = 0; sample < Samples; sample++)
        {
            Mask(sample, mask);
            for (int cell = 0; cell < mask.Length; cell++)
                seen[cell * Samples + sample] = mask[cell] != 0;
        }

        segments.Write(run, Dependences(scores, seen, segments.Count, run.Cancellation));
    }

    /// <summary>The criterion of each cell.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="seen">Whether a cell was seen: [cells, samples].</param>
    /// <param name="cells">Cells.</param>
    /// <param name="cancellation">Stops: there are as many terms a cell as pairs of samples.</param>
    internal static double[] Dependences(ReadOnlySpan<double> scores, ReadOnlySpan<bool> seen, int cells, CancellationToken cancellation = default)
    {
        int n = scores.Length;
        double[] sorted = scores.ToArray();
        Array.Sort(sorted);
        double width = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
        // A row of L at a time, twice: all of them would take much memory.
        double[] row = new double[n];
        double[] means = new double[n];
        double mean = 0;
        for (int i = 0; i < n; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            FillKernel(scores, i, width, row);
            foreach (double value in row)
                means[i] += value / n;
            mean += means[i] / n;
        }

        // H is its own square, so that one of the two kernels need not be centred: the sum of K * (H L H). K is 3/2 less 1 where two masks differ.
        double[] result = new double[cells];
        for (int i = 0; i < n; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            FillKernel(scores, i, width, row);
            for (int j = 0; j < n; j++)
                row[j] += mean - means[i] - means[j];
            for (int cell = 0; cell < cells; cell++)
            {
                ReadOnlySpan<bool> column = seen.Slice(cell * n, n);
                double sum = result[cell];
                for (int j = 0; j < n; j++)
                    sum += row[j] * (column[i] == column[j] ? 1.5 : 0.5);
                result[cell] = sum;
            }
        }

        for (int cell = 0; cell < cells; cell++)
            result[cell] /= n;
        return result;
    }

    /// <summary>A row of L.</summary>
    private static void FillKernel(ReadOnlySpan<double> scores, int row, double width, Span<double> kernel)
    {
        for (int j = 0; j < kernel.Length; j++)
        {
            double difference = scores[row] - scores[j];
            kernel[j] = difference == 0 ? 1 : PortableMath.Exp(-difference * difference / (2 * width * width));
        }
    }
}
