namespace GradCam.Evaluate;

public static partial class Metrics
{
    private const double Tiny = 1e-8;

    /// <summary>The mean of a map from 0 to 1: how much of the photo it marks (Poppi et al. 2021, arXiv:2104.10252). The smaller, the better.</summary>
    /// <param name="map">The map.</param>
    /// <exception cref="ArgumentException">It is empty.</exception>
    public static double MeasureComplexity(ReadOnlySpan<float> map)
    {
        double sum = 0;
        foreach (float value in NotEmpty(map))
            sum += value;
        return sum / map.Length;
    }

    /// <summary>
    /// Whether the map of what the map leaves of an input is the same: (Pearson + 1) / 2 of the two, 1 where they are alike (the same paper).
    /// </summary>
    /// <param name="scorer">The input's shape.</param>
    /// <param name="input">The input.</param>
    /// <param name="map">Its map.</param>
    /// <param name="explain">Makes the map of the masked input.</param>
    /// <exception cref="ArgumentException">Input or map have not the scorer's size.</exception>
    public static double MeasureCoherency(Scorer scorer, ReadOnlySpan<float> input, ReadOnlySpan<float> map, MapFunction explain)
    {
        ArgumentNullException.ThrowIfNull(explain);
        (float[] x, float[] e) = Check(scorer, input, map);
        float[] masked = new float[x.Length];
        Write(x, e, scorer.Channels, masked);
        float[] again = new float[e.Length];
        explain(masked, again);
        return (Correlation.Pearson(Correlation.Widen(e), Correlation.Widen(again)) + 1) / 2;
    }

    /// <summary>The harmonic mean of coherency, 1 - complexity and 1 - drop (the same paper); 0 where one of them is 0.</summary>
    /// <param name="coherency"><see cref="MeasureCoherency"/>.</param>
    /// <param name="complexity"><see cref="MeasureComplexity"/>.</param>
    /// <param name="drop"><see cref="MaskedScore.Drop"/>, of a photo, or its mean.</param>
    public static double CombineAdcc(double coherency, double complexity, double drop) => 3 / (1 / coherency + 1 / (1 - complexity) + 1 / (1 - drop));

    /// <summary>
    /// The same with ROAD in the place of the drop, as pytorch-grad-cam has it: the harmonic mean of coherency, 1 - complexity and 2 ROAD, cut to 0 to 1.
    /// </summary>
    /// <param name="coherency"><see cref="MeasureCoherency"/>.</param>
    /// <param name="complexity"><see cref="MeasureComplexity"/>.</param>
    /// <param name="road"><see cref="RoadScores.Combined"/>, of the percentiles 20, 40, 60 and 80.</param>
    public static double CombineArcc(double coherency, double complexity, double road) =>
        3 / (1 / (coherency + Tiny) + 1 / (1 - complexity + Tiny) + 1 / (Math.Clamp(2 * road, 0, 1) + Tiny));

    /// <summary>The entropy of |map| / sum |map|, in nats: 0 where one number has all of it, ln n where all are equal. NaN for a map of zeros.</summary>
    /// <param name="map">The map, or an attribution's values.</param>
    /// <exception cref="ArgumentException">It is empty.</exception>
    public static double MeasureEntropy(ReadOnlySpan<float> map)
    {
        double sum = AbsoluteSum(map);
        double entropy = 0;
        foreach (float value in map)
        {
            double share = Math.Abs(value) / sum;
            if (share > 0 || double.IsNaN(share))
                entropy -= share * Math.Log(share);
        }

        return sum == 0 ? double.NaN : entropy;
    }

    /// <summary>
    /// The Gini index of |map| (Chalasani et al. 2020, arXiv:1810.06583): 0 where all numbers are equal, near 1 where few have all. NaN for a map of zeros.
    /// </summary>
    /// <param name="map">The map, or an attribution's values.</param>
    /// <exception cref="ArgumentException">It is empty.</exception>
    public static double MeasureGini(ReadOnlySpan<float> map)
    {
        double sum = AbsoluteSum(map);
        float[] sorted = map.ToArray();
        for (int i = 0; i < sorted.Length; i++)
            sorted[i] = Math.Abs(sorted[i]);
        Array.Sort(sorted);
        double weighted = 0;
        for (int i = 0; i < sorted.Length; i++)
            weighted += (2.0 * (i + 1) - sorted.Length - 1) * sorted[i];
        return sum == 0 ? double.NaN : weighted / (sorted.Length * sum);
    }

    /// <summary>What the values of an attribution lack of y(x) - y(x'): their sum less that. 0 for a complete one.</summary>
    /// <param name="values">The values.</param>
    /// <param name="score">y of the input.</param>
    /// <param name="baselineScore">y of the baseline.</param>
    public static double MeasureCompleteness(ReadOnlySpan<float> values, double score, double baselineScore)
    {
        double sum = 0;
        foreach (float value in values)
            sum += value;
        return sum - (score - baselineScore);
    }

    private static double AbsoluteSum(ReadOnlySpan<float> map)
    {
        double sum = 0;
        foreach (float value in NotEmpty(map))
            sum += Math.Abs(value);
        return sum;
    }

    private static ReadOnlySpan<float> NotEmpty(ReadOnlySpan<float> map) => map.IsEmpty ? throw new ArgumentException("The map is empty.", nameof(map)) : map;
}
