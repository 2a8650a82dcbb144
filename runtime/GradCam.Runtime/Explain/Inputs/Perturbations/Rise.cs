using GradCam.Explain;
using GradCam.Explain.Inputs;
using GradCam.Explain.Inputs.Numbers;
using GradCam.Explain.Inputs.Perturbations;

namespace GradCam;

public abstract partial record InputMethod
{
    /// <summary>
    /// values = sum over random masks m of p(x * m) m, divided by their number and by the share that they show. The score is the class's probability p.
    /// Petsiuk et al., "RISE: Randomized Input Sampling for Explanation of Black-box Models", BMVC 2018, arXiv:1806.07421.
    /// </summary>
    public static RiseMethod Rise { get; } = new();
}

/// <summary>The mean of random masks, weighted with the score of what they show: <see cref="InputMethod.Rise"/>.</summary>
public sealed record RiseMethod : InputMethod
{
    internal RiseMethod()
        : base(
            "RISE", "rise", "values = sum over masks m of p(x * m) m / (Samples Share), p the probability; map = values", 2018,
            "Petsiuk et al., \"RISE: Randomized Input Sampling for Explanation of Black-box Models\", BMVC 2018, arXiv:1806.07421",
            "Samples + 1 forwards (4000)", InputNeeds.Nothing)
    {
    }

    /// <summary>Masks: 4000; 8000 in the paper for ResNet-50.</summary>
    public int Samples { get; init => field = Within(1, MostPasses, value, nameof(Samples)); } = 4000;

    /// <summary>Cells of a mask along each axis, enlarged to soft patches: 7.</summary>
    public int Cells { get; init => field = Within(1, 1024, value, nameof(Cells)); } = 7;

    /// <summary>The probability that a cell is seen: 0.5.</summary>
    public double Share { get; init => field = Within(1e-6, 1, value, nameof(Share)); } = 0.5;

    /// <summary>What is where nothing is seen: <see cref="Baseline.Zero"/>.</summary>
    public Baseline Baseline { get; init; } = Baseline.Zero;

    private protected override InputMethod With(MethodArguments arguments) => this with
    {
        Samples = arguments.Integer("samples", Samples),
        Cells = arguments.Integer("cells", Cells),
        Share = arguments.Number("share", Share),
        Baseline = arguments.Baseline(Baseline),
    };

    internal override PassCount CountPasses(Tensor input) => new(Samples + 1L, 0);

    internal override void Compute(InputRun run)
    {
        (int height, int width) = (run.Shape.Height, run.Shape.Width);
        float[] baseline = new float[run.Shape.Length];
        Baseline.Fill(run, 0, baseline);
        var random = run.Random;
        void Mask(int index, float[] mask) => MakeMask(random, index, height, width, mask);
        double[] scores = new double[Samples];
        run.UseProbability();
        run.Score(new MaskedInputs(run.InputBuffer, baseline, null, Mask, height * width), scores);
        run.ScoreInput();

        // The masks once more: all of them would take much memory.
        double[] sums = new double[height * width];
        float[] mask = new float[height * width];
        for (int sample = 0; sample < Samples; sample++)
        {
            Mask(sample, mask);
            for (int p = 0; p < sums.Length; p++)
                sums[p] += scores[sample] * mask[p];
        }

        run.UseOneChannel();
        Span<float> values = run.Values;
        for (int p = 0; p < values.Length; p++)
            values[p] = (float)(sums[p] / (Samples * Share));
    }

    /// <summary>Cells that are seen or not, enlarged by a cell more than the input, of which a part at random is cut out.</summary>
    private void MakeMask(CounterRandom random, int index, int height, int width, float[] mask)
    {
        ulong stream = RandomStream.Sample + (ulong)index;
        (int cellHeight, int cellWidth) = ((height + Cells - 1) / Cells, (width + Cells - 1) / Cells);
        float[] cells = new float[Cells * Cells];
        for (int i = 0; i < cells.Length; i++)
            cells[i] = random.Uniform(stream, (ulong)i) < Share ? 1 : 0;
        int top = random.Below(cellHeight, stream, (ulong)cells.Length);
        int left = random.Below(cellWidth, stream, (ulong)cells.Length + 1);
        Span<(int Before, int After, double Share)> columns = new (int, int, double)[width];
        for (int x = 0; x < width; x++)
            columns[x] = Position(left + x, (Cells + 1) * cellWidth);
        for (int y = 0; y < height; y++)
        {
            (int above, int below, double share) = Position(top + y, (Cells + 1) * cellHeight);
            for (int x = 0; x < width; x++)
            {
                (int before, int after, double across) = columns[x];
                double upper = Between(cells[above * Cells + before], cells[above * Cells + after], across);
                double lower = Between(cells[below * Cells + before], cells[below * Cells + after], across);
                mask[y * width + x] = (float)Between(upper, lower, share);
            }
        }
    }

    /// <summary>The two cells around a pixel of the enlarged mask, with half-pixel centres, and how far it is from the first one to the second.</summary>
    private (int Before, int After, double Share) Position(int pixel, int size)
    {
        double position = Math.Clamp((pixel + 0.5) * Cells / size - 0.5, 0, Cells - 1);
        int before = (int)position;
        return (before, Math.Min(before + 1, Cells - 1), position - before);
    }

    /// <summary>Between two equal numbers, these.</summary>
    private static double Between(double a, double b, double share) => a + (b - a) * share;
}
