using GradCam.Explain;
using GradCam.Explain.Inputs;
using GradCam.Explain.Inputs.Numbers;
using GradCam.Explain.Inputs.Perturbations;

namespace GradCam;

public abstract partial record InputMethod
{
    /// <summary>
    /// values = the total Sobol index of a cell: the share of the score's variance that it has a part in, alone and together with others, where all cells
    /// are faded at random. Fel et al., "Look at the Variance! Efficient Black-box Explanations with Sobol-based Sensitivity Analysis", NeurIPS 2021,
    /// arXiv:2111.04138.
    /// </summary>
    public static SobolMethod Sobol { get; } = new();
}

/// <summary>Each cell's share of the variance of the score: <see cref="InputMethod.Sobol"/>.</summary>
public sealed record SobolMethod : InputMethod
{
    internal SobolMethod()
        : base(
            "Sobol", "sobol", "values = sum over n of (y(A_n) - y(C_n))^2 / (2 N Var y(A)), C_n being A_n but for the cell; map = values", 2021,
            "Fel et al., \"Look at the Variance! Efficient Black-box Explanations with Sobol-based Sensitivity Analysis\", NeurIPS 2021, arXiv:2111.04138",
            "Samples (cells + 1) + 1 forwards (2081)", InputNeeds.Nothing)
    {
    }

    /// <summary>Points of the design, N: 32.</summary>
    public int Samples { get; init => field = Within(2, MostPasses, value, nameof(Samples)); } = 32;

    /// <summary>The segments: a grid of 8x8 cells.</summary>
    public Segmentation Segments { get; init; } = Segmentation.Grid(8, 8);

    /// <summary>What a cell fades to: <see cref="Baseline.Zero"/>.</summary>
    public Baseline Baseline { get; init; } = Baseline.Zero;

    private protected override InputMethod With(MethodArguments arguments) => this with
    {
        Samples = arguments.Integer("samples", Samples),
        Segments = arguments.Segments(Segments),
        Baseline = arguments.Baseline(Baseline),
    };

    internal override PassCount CountPasses(Tensor input) => new(Samples * (Segments.On(input).Count + 1L) + 1, 0);

    internal override void Compute(InputRun run)
    {
        Segments segments = Segments.On(run.Shape);
        float[] baseline = new float[run.Shape.Length];
        Baseline.Fill(run, 0, baseline);
        int cells = segments.Count;
        double[] scores = new double[PassLimit.Of(this, run.Info, Samples * (cells + 1L))];
        // A and B: a point's first and last coordinates.
        var points = new SobolSequence(2 * cells, run.Random, RandomStream.Sample);
        void Mask(int index, float[] mask)
        {
            // First all A_n, then for each n the A_n with a cell of B_n.
            int n = index < Samples ? index : (index - Samples) / cells;
            int changed = index < Samples ? -1 : (index - Samples) % cells;
            for (int cell = 0; cell < cells; cell++)
                mask[cell] = (float)points[(uint)n, cell == changed ? cells + cell : cell];
        }

        run.Score(new MaskedInputs(run.InputBuffer, baseline, segments.Labels, Mask, cells), scores);
        run.ScoreInput();
        segments.Write(run, TotalIndices(scores.AsSpan(0, Samples), scores.AsSpan(Samples), cells));
    }

    /// <summary>Jansen's estimate (1999).</summary>
    /// <param name="first">y(A_n).</param>
    /// <param name="changed">y(C_n) of each n and cell.</param>
    /// <param name="cells">Cells.</param>
    internal static double[] TotalIndices(ReadOnlySpan<double> first, ReadOnlySpan<double> changed, int cells)
    {
        double mean = 0;
        foreach (double score in first)
            mean += score / first.Length;
        double variance = 0;
        foreach (double score in first)
            variance += (score - mean) * (score - mean) / (first.Length - 1);
        double[] indices = new double[cells];
        // Where nothing changes the score, no cell has a part in it.
        if (variance == 0)
            return indices;
        for (int n = 0; n < first.Length; n++)
        {
            for (int cell = 0; cell < cells; cell++)
            {
                double difference = first[n] - changed[n * cells + cell];
                indices[cell] += difference * difference / (2 * first.Length * variance);
            }
        }

        return indices;
    }
}
