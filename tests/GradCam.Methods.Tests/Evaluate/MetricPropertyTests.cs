using GradCam.Evaluate;

namespace GradCam.Methods.Tests.Evaluate;

/// <summary>Metrics against implementations in double precision, and what must be so of linear scorers.</summary>
public sealed class MetricPropertyTests
{
    private const int Height = 7;
    private const int Width = 9;
    private const int Channels = 2;

    [Fact]
    public void Deletion_and_insertion_of_a_linear_scorer_sum_to_one()
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            var random = new Random(seed);
            float[] x = Uniform(random, Height * Width * Channels);
            double all = x.Sum(v => (double)v);
            Scorer scorer = Scorer.FromFunction(Height, Width, Channels, input => input.ToArray().Sum(v => (double)v) / all);
            // With many equal numbers.
            float[] map = [.. Uniform(random, Height * Width).Select(v => MathF.Round(v * seed) / seed)];
            double deletion = Metrics.MeasureDeletion(scorer, x, map, steps: 4 + seed).Area;
            double insertion = Metrics.MeasureInsertion(scorer, x, map, steps: 4 + seed).Area;
            Assert.Equal(1, deletion + insertion, 1e-6);
            // Another order deletes the most first.
            Assert.True(Metrics.MeasureDeletion(scorer, x, PixelSums(x)).Area <= deletion);
        }
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.9)]
    public void Imputing_solves_the_linear_system(double share)
    {
        for (int seed = 1; seed <= 3; seed++)
        {
            var random = new Random(seed);
            float[] x = Uniform(random, Height * Width * Channels);
            bool[] removed = [.. Enumerable.Range(0, Height * Width).Select(_ => random.NextDouble() < share)];
            removed[11] = false;
            float[] actual = new float[x.Length];
            Metrics.Impute(x, removed, Height, Width, actual);
            double[] expected = Eliminate(x, removed);
            for (int i = 0; i < x.Length; i++)
                Assert.Equal(expected[i], actual[i], 1e-5);
        }
    }

    [Fact]
    public void Road_is_the_score_of_imputed_inputs()
    {
        var random = new Random(3);
        float[] x = Uniform(random, Height * Width * Channels);
        float[] map = Uniform(random, Height * Width);
        double[] weights = [.. Uniform(random, x.Length).Select(v => (double)v)];
        double Score(double[] input) => Math.Tanh(input.Select((v, i) => v * weights[i]).Sum() / 20);
        Scorer scorer = Scorer.FromFunction(Height, Width, Channels, input => Score([.. input.ToArray().Select(v => (double)v)]));
        RoadScores road = Metrics.MeasureRoad(scorer, x, map, new RoadOptions { NoiseDeviation = 0 });
        Assert.Equal([10, 20, 30, 40, 50, 60, 70, 80, 90], road.Percentiles);
        Assert.Equal(18, scorer.Forwards);
        double sum = 0;
        for (int i = 0; i < 9; i++)
        {
            double most = Score(Eliminate(x, Removed(map, 10 * (i + 1))));
            double least = Score(Eliminate(x, Removed([.. map.Select(v => 1 - v)], 10 * (i + 1))));
            Assert.Equal(most, road.MostRelevantFirst[i], 1e-6);
            Assert.Equal(least, road.LeastRelevantFirst[i], 1e-6);
            sum += (least - most) / 2;
        }

        Assert.Equal(sum / 9, road.Combined, 1e-6);
        // Noise changes it by little, and a seed gives the same again.
        double noisy = Metrics.MeasureRoad(scorer, x, map).Combined;
        Assert.NotEqual(road.Combined, noisy);
        Assert.Equal(road.Combined, noisy, 0.02);
        Assert.Equal(noisy, Metrics.MeasureRoad(scorer, x, map).Combined);
        Assert.NotEqual(noisy, Metrics.MeasureRoad(scorer, x, map, new RoadOptions { Seed = 1 }).Combined);
    }

    [Fact]
    public void A_map_of_one_number_says_nothing()
    {
        Scorer scorer = Scorer.FromFunction(Height, Width, Channels, input => input[3]);
        float[] x = Uniform(new Random(1), Height * Width * Channels);
        Assert.Equal(0, Metrics.MeasureRoad(scorer, x, new float[Height * Width], new RoadOptions { NoiseDeviation = 0 }).Combined);
        Assert.Equal(0, Metrics.MeasureMuFidelity(scorer, x, new float[Height * Width]));
    }

    [Fact]
    public void A_linear_scorers_contributions_are_faithful()
    {
        var random = new Random(7);
        float[] x = Uniform(random, Height * Width * Channels);
        double[] weights = [.. Uniform(random, x.Length).Select(v => v - 0.5)];
        Scorer scorer = Scorer.FromFunction(Height, Width, Channels, input =>
        {
            double sum = 0;
            for (int i = 0; i < input.Length; i++)
                sum += input[i] * weights[i];
            return sum;
        });
        float[] contributions = PixelSums([.. x.Select((v, i) => (float)(v * weights[i]))]);
        Assert.True(Metrics.MeasureMuFidelity(scorer, x, contributions) > 0.9999);
        Assert.True(Metrics.MeasureMuFidelity(scorer, x, [.. contributions.Select(v => -v)]) < -0.9999);

        float[] gradient = [.. weights.Select(w => (float)w)];
        Assert.Equal(0, Metrics.MeasureInfidelity(scorer, x, gradient), 1e-9);
        float[] threefold = [.. gradient.Select(w => 3 * w)];
        Assert.Equal(0, Metrics.MeasureInfidelity(scorer, x, threefold, isScaled: true), 1e-9);
        // (3 I w - I w)^2 has the mean 4 deviation^2 |w|^2.
        double expected = 4 * 0.04 * weights.Sum(w => w * w);
        double measured = Metrics.MeasureInfidelity(scorer, x, threefold, options: new PerturbationOptions { Samples = 4000, Radius = 0.2 });
        Assert.Equal(expected, measured, 0.1 * expected);
    }

    [Fact]
    public void Maps_that_follow_the_input_are_as_stable_as_it_is()
    {
        float[] x = Uniform(new Random(2), Height * Width);
        Scorer scorer = Scorer.FromFunction(Height, Width, 1, _ => 0);
        MapFunction itself = (input, map) => input.CopyTo(map);
        MapFunction fivefold = (input, map) =>
        {
            for (int i = 0; i < map.Length; i++)
                map[i] = 5 * input[i];
        };
        double length = Math.Sqrt(x.Sum(v => (double)v * v));
        double sensitivity = Metrics.MeasureMaxSensitivity(scorer, x, itself);
        // A uniform number from -r to r has the variance r^2 / 3.
        Assert.InRange(sensitivity * length, 0.02 * Math.Sqrt(x.Length / 3.0) * 0.8, 0.02 * Math.Sqrt(x.Length));
        Assert.Equal(sensitivity, Metrics.MeasureMaxSensitivity(scorer, x, fivefold), 1e-6);
        double stability = Metrics.MeasureStability(scorer, x, itself);
        Assert.Equal(0.1 * Math.Sqrt(x.Length / 3.0), stability, 0.1 * stability);
        Assert.Equal(5 * stability, Metrics.MeasureStability(scorer, x, fivefold), 1e-5);
        Assert.Equal(0, Metrics.MeasureStability(scorer, x, (_, map) => map.Fill(0.5f)));
        Assert.True(double.IsNaN(Metrics.MeasureMaxSensitivity(scorer, x, (_, map) => map.Clear())));
    }

    [Fact]
    public void Coherency_is_the_correlation_with_the_map_of_what_the_map_leaves()
    {
        float[] x = Uniform(new Random(4), Height * Width * Channels);
        float[] map = Uniform(new Random(5), Height * Width);
        Scorer scorer = Scorer.FromFunction(Height, Width, Channels, _ => 0);
        float[]? masked = null;
        Assert.Equal(1, Metrics.MeasureCoherency(scorer, x, map, (input, again) =>
        {
            masked = input.ToArray();
            map.CopyTo(again);
        }), 1e-9);
        for (int i = 0; i < x.Length; i++)
            Assert.Equal(x[i] * map[i / Channels], masked![i]);
        Assert.Equal(0, Metrics.MeasureCoherency(scorer, x, map, (_, again) => map.Select(v => 1 - v).ToArray().CopyTo(again)), 1e-6);
        Assert.Equal(0.5, Metrics.MeasureCoherency(scorer, x, map, (_, again) => again.Clear()));
    }

    [Fact]
    public void Similarity_of_maps()
    {
        float[] map = Uniform(new Random(4), Height * Width);
        Assert.Equal(new MapSimilarity { Ssim = 1, Spearman = 1 }, Rounded(Metrics.Compare(map, map, Width, Height)));
        Assert.Equal(-1, Metrics.Compare(map, [.. map.Select(v => 1 - v)], Width, Height).Spearman, 1e-6);
        // Structural similarity as its formula has it, of the one window that a map of 2x2 has.
        double expected = (2 * 0.5 * 0.25 + 0.0001) * (2 * 0.5 / 3 + 0.0009) / ((0.25 + 0.0625 + 0.0001) * (1 / 3.0 + 0.25 / 3 + 0.0009));
        Assert.Equal(expected, Metrics.Compare([1, 0, 0, 1], [0.5f, 0, 0, 0.5f], 2, 2).Ssim, 1e-9);
        Assert.Equal(0, Metrics.Compare([1, 1, 1, 1], [0.5f, 0, 0, 0.5f], 2, 2).Spearman);
        Assert.Throws<ArgumentException>(() => Metrics.Compare([1, 1], [1, 1, 1], 2, 1));
    }

    [Fact]
    public void A_blurred_input_keeps_its_sum()
    {
        float[] x = new float[21 * 21];
        x[10 * 21 + 10] = 1;
        float[] blurred = Metrics.Blur(x, 21, 21, 2);
        Assert.Equal(1, blurred.Sum(), 1e-3f);
        Assert.Equal(blurred[10 * 21 + 12], blurred[10 * 21 + 8], 1e-7f);
        Assert.Equal(Math.Exp(-0.5), blurred[10 * 21 + 12] / blurred[10 * 21 + 10], 1e-4);
    }

    private static MapSimilarity Rounded(MapSimilarity value) => new() { Ssim = Math.Round(value.Ssim, 9), Spearman = Math.Round(value.Spearman, 9) };

    private static float[] Uniform(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];

    private static float[] PixelSums(float[] x) => [.. Enumerable.Range(0, x.Length / Channels).Select(pixel => x.Skip(pixel * Channels).Take(Channels).Sum())];

    private static bool[] Removed(float[] map, double percentile)
    {
        double[] sorted = [.. map.Select(v => (double)v).Order()];
        double place = percentile / 100 * (sorted.Length - 1);
        double low = sorted[(int)place];
        double threshold = low + (place - (int)place) * (sorted[Math.Min((int)place + 1, sorted.Length - 1)] - low);
        return [.. map.Select(v => v >= threshold)];
    }

    /// <summary>ROAD's system by Gaussian elimination.</summary>
    private static double[] Eliminate(float[] x, bool[] removed)
    {
        double[] result = [.. x.Select(v => (double)v)];
        int[] unknown = [.. Enumerable.Range(0, removed.Length).Where(i => removed[i])];
        for (int c = 0; c < Channels; c++)
        {
            double[,] system = new double[unknown.Length, unknown.Length + 1];
            for (int row = 0; row < unknown.Length; row++)
            {
                for (int dy = -1; dy <= 1; dy++)
                {
                    for (int dx = -1; dx <= 1; dx++)
                    {
                        (int py, int px) = (unknown[row] / Width + dy, unknown[row] % Width + dx);
                        if ((dx == 0 && dy == 0) || py < 0 || py >= Height || px < 0 || px >= Width)
                            continue;
                        double weight = dx == 0 || dy == 0 ? 1 / 6.0 : 1 / 12.0;
                        int other = py * Width + px;
                        system[row, row] += weight;
                        if (removed[other])
                            system[row, Array.IndexOf(unknown, other)] -= weight;
                        else
                            system[row, unknown.Length] += weight * x[other * Channels + c];
                    }
                }
            }

            for (int pivot = 0; pivot < unknown.Length; pivot++)
            {
                for (int row = 0; row < unknown.Length; row++)
                {
                    double factor = row == pivot ? 0 : system[row, pivot] / system[pivot, pivot];
                    for (int column = pivot; column <= unknown.Length && factor != 0; column++)
                        system[row, column] -= factor * system[pivot, column];
                }
            }

            for (int row = 0; row < unknown.Length; row++)
                result[unknown[row] * Channels + c] = system[row, unknown.Length] / system[row, row];
        }

        return result;
    }
}
