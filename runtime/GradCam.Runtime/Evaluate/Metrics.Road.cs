using GradCam.Explain.Inputs.Numbers;

namespace GradCam.Evaluate;

public static partial class Metrics
{
    /// <summary>
    /// ROAD (Rong et al. 2022, arXiv:2202.00449): the pixels that the map calls most or least relevant are removed and imputed from their neighbours, with a
    /// little noise, so that the network is not shown what it never saw.
    /// </summary>
    /// <param name="scorer">The score, a probability.</param>
    /// <param name="input">The input.</param>
    /// <param name="map">The map.</param>
    /// <param name="options">Percentiles, noise and seed; null for the published ones.</param>
    /// <exception cref="ArgumentException">Input or map have not the scorer's size, or there is no percentile, or one is not from 0 to 100.</exception>
    public static RoadScores MeasureRoad(Scorer scorer, ReadOnlySpan<float> input, ReadOnlySpan<float> map, RoadOptions? options = null)
    {
        (float[] x, float[] e) = Check(scorer, input, map);
        options ??= RoadOptions.Default;
        IReadOnlyList<double> percentiles = options.Percentiles;
        if (percentiles.Count == 0 || !percentiles.All(percentile => percentile is >= 0 and <= 100))
            throw new ArgumentException("Expected percentiles, from 0 to 100.", nameof(options));
        if (!(options.NoiseDeviation >= 0 && double.IsFinite(options.NoiseDeviation)))
            throw new ArgumentException($"The noise's deviation is {options.NoiseDeviation}; expected 0 or more.", nameof(options));

        float[] inverse = [.. e.Select(value => 1 - value)];
        (float[] sorted, float[] sortedInverse) = ([.. e.Order()], [.. inverse.Order()]);
        // As many at a time as there are cores: each has the solver's memory.
        int atOnce = Math.Min(2 * percentiles.Count, Environment.ProcessorCount);
        float[][] imputed = [.. Enumerable.Range(0, atOnce).Select(_ => new float[x.Length])];
        int ready = 0;
        double[] scores = scorer.Score(2 * percentiles.Count, (index, destination) =>
        {
            if (index == ready)
            {
                int count = Math.Min(atOnce, 2 * percentiles.Count - ready);
                Parallel.For(0, count, i => Impute(index + i, imputed[i]));
                ready += count;
            }

            imputed[index % atOnce].CopyTo(destination);
        });
        return new RoadScores(percentiles, scores[..percentiles.Count], scores[percentiles.Count..]);

        void Impute(int index, float[] destination)
        {
            bool mostFirst = index < percentiles.Count;
            double percentile = percentiles[index % percentiles.Count];
            double threshold = MapOrder.Percentile(mostFirst ? sorted : sortedInverse, percentile);
            bool[] removed = [.. (mostFirst ? e : inverse).Select(value => value >= threshold)];
            Metrics.Impute(x, removed, scorer.Height, scorer.Width, destination);
            AddNoise(destination, removed, options, (ulong)index);
        }
    }

    /// <summary>
    /// Fills removed pixels so that each is the weighted mean of its neighbours, 1/6 for those beside it and 1/12 for those at its corners: ROAD's linear
    /// system, without noise.
    /// </summary>
    /// <param name="input">[height, width, channels].</param>
    /// <param name="removed">[height, width]: true where a pixel is removed. Where all are, zeros take their place.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="destination">Receives the whole input.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static void Impute(ReadOnlySpan<float> input, ReadOnlySpan<bool> removed, int height, int width, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        int pixels = checked(height * width);
        if (removed.Length != pixels || input.Length == 0 || input.Length % pixels != 0 || destination.Length < input.Length)
        {
            throw new ArgumentException(
                $"{height}x{width} pixels: expected {pixels} marks and a multiple of {pixels} numbers; found {removed.Length}, {input.Length}, and room for " +
                $"{destination.Length}.");
        }

        new LinearImputer(removed, height, width).Impute(input, input.Length / pixels, destination[..input.Length]);
    }

    private static void AddNoise(Span<float> input, ReadOnlySpan<bool> removed, RoadOptions options, ulong stream)
    {
        float[] noise = new float[input.Length];
        new CounterRandom(options.Seed).FillNormal(stream, noise);
        int channels = input.Length / removed.Length;
        for (int i = 0; i < input.Length; i++)
        {
            if (removed[i / channels])
                input[i] += (float)(options.NoiseDeviation * noise[i]);
        }
    }
}
