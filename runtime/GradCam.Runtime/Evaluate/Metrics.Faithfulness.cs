using GradCam.Explain.Inputs.Numbers;

namespace GradCam.Evaluate;

public static partial class Metrics
{
    /// <summary>
    /// MuFidelity (Bhatt et al. 2020, arXiv:2005.00631): the rank correlation, over random sets of cells, of what the score loses where the set is covered with
    /// zeros and of the map's sum over the set. From -1 to 1; 0 where one of the two does not vary.
    /// </summary>
    /// <param name="scorer">The score.</param>
    /// <param name="input">The input.</param>
    /// <param name="map">The map.</param>
    /// <param name="grid">Cells along a side; as many as there are pixels, at most.</param>
    /// <param name="share">The share of the cells that are covered.</param>
    /// <param name="options">Sets (200 by default) and seed; null for those.</param>
    /// <exception cref="ArgumentException">Input or map have not the scorer's size, or a number is out of its range.</exception>
    public static double MeasureMuFidelity(
        Scorer scorer, ReadOnlySpan<float> input, ReadOnlySpan<float> map, int grid = 9, double share = 0.2, PerturbationOptions? options = null)
    {
        (float[] x, float[] e) = Check(scorer, input, map);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(grid);
        if (!(share is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "Expected a share above 0 and below 1.");
        options ??= PerturbationOptions.Default;
        int samples = options.Samples ?? 200;
        (int rows, int columns) = (Math.Min(grid, scorer.Height), Math.Min(grid, scorer.Width));
        int covered = Math.Clamp((int)Math.Round(share * rows * columns), 1, rows * columns);
        var random = new CounterRandom(options.Seed);
        bool[][] sets = [.. Enumerable.Range(0, samples).Select(sample => Choose(random, (ulong)sample, rows * columns, covered))];

        double[] scores = scorer.Score(samples + 1, (index, destination) =>
        {
            x.CopyTo(destination);
            for (int pixel = 0; pixel < e.Length && index > 0; pixel++)
            {
                if (sets[index - 1][Cell(pixel)])
                    destination.Slice(pixel * scorer.Channels, scorer.Channels).Clear();
            }
        });
        double[] lost = [.. scores.Skip(1).Select(score => scores[0] - score)];
        double[] sums = new double[samples];
        for (int i = 0; i < samples; i++)
        {
            for (int pixel = 0; pixel < e.Length; pixel++)
                sums[i] += sets[i][Cell(pixel)] ? e[pixel] : 0;
        }

        double correlation = Correlation.Spearman(lost, sums);
        return double.IsNaN(correlation) ? 0 : correlation;

        int Cell(int pixel) => pixel / scorer.Width * rows / scorer.Height * columns + pixel % scorer.Width * columns / scorer.Width;
    }

    /// <summary>
    /// Infidelity (Yeh et al. 2019, arXiv:1901.09392): the mean over random changes I of (sum I values - (y(x) - y(x - I)))^2, I being normal noise. The
    /// smaller, the better; 0 for the gradient of a linear network.
    /// </summary>
    /// <param name="scorer">The score.</param>
    /// <param name="input">The input.</param>
    /// <param name="values">
    /// The attribution, of the input's length, or one number a pixel, which then counts for all of its channels. Not a map from 0 to 1: its unit matters.
    /// </param>
    /// <param name="isScaled">True to scale the values first by the factor that fits best, so that their unit does not matter.</param>
    /// <param name="options">Changes (50 by default), the noise's standard deviation (0.1) and seed; null for those.</param>
    /// <exception cref="ArgumentException">Input or values have not the scorer's size.</exception>
    public static double MeasureInfidelity(
        Scorer scorer, ReadOnlySpan<float> input, ReadOnlySpan<float> values, bool isScaled = false, PerturbationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(scorer);
        float[] x = scorer.CheckInput(input).ToArray();
        if (values.Length != scorer.Length)
            scorer.CheckMap(values);
        float[] phi = values.ToArray();
        options ??= PerturbationOptions.Default;
        int samples = options.Samples ?? 50;
        double deviation = options.Radius ?? 0.1;
        var random = new CounterRandom(options.Seed);
        float[] noise = new float[x.Length];
        double[] products = new double[samples];
        int perValue = x.Length / phi.Length;
        double[] scores = scorer.Score(samples + 1, (index, destination) =>
        {
            x.CopyTo(destination);
            if (index == 0)
                return;
            random.FillNormal((ulong)index, noise);
            double product = 0;
            for (int i = 0; i < x.Length; i++)
            {
                float change = (float)(deviation * noise[i]);
                destination[i] -= change;
                product += (double)change * phi[i / perValue];
            }

            products[index - 1] = product;
        });
        double factor = 1;
        if (isScaled)
        {
            (double both, double square) = (0, 0);
            for (int i = 0; i < samples; i++)
                (both, square) = (both + products[i] * (scores[0] - scores[i + 1]), square + products[i] * products[i]);
            factor = square > 0 ? both / square : 0;
        }

        double sum = 0;
        for (int i = 0; i < samples; i++)
        {
            double error = factor * products[i] - (scores[0] - scores[i + 1]);
            sum += error * error;
        }

        return sum / samples;
    }

    /// <summary>As many of some cells as are wanted, each set as likely as any other.</summary>
    private static bool[] Choose(CounterRandom random, ulong stream, int cells, int count)
    {
        int[] order = [.. Enumerable.Range(0, cells)];
        bool[] chosen = new bool[cells];
        for (int i = 0; i < count; i++)
        {
            int other = i + random.Below(cells - i, stream, (ulong)i);
            (order[i], order[other]) = (order[other], order[i]);
            chosen[order[i]] = true;
        }

        return chosen;
    }
}
