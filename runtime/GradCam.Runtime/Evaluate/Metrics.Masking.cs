using GradCam.Explain.Inputs.Numbers;

namespace GradCam.Evaluate;

/// <summary>
/// Whether a map explains. Maps are those at the input's size, from 0 to 1 (<see cref="Heatmap.ResizeTo"/>), and inputs packed [height, width, channels],
/// unless a metric says otherwise. All random numbers come from a seed, and no result depends on the number of threads.
/// </summary>
public static partial class Metrics
{
    /// <summary>The scores of an input and of what its map leaves of it: every channel of a pixel times the map.</summary>
    /// <param name="scorer">The score, a probability.</param>
    /// <param name="input">The input.</param>
    /// <param name="map">The map.</param>
    /// <exception cref="ArgumentException">Input or map have not the scorer's size.</exception>
    public static MaskedScore MeasureMasked(Scorer scorer, ReadOnlySpan<float> input, ReadOnlySpan<float> map)
    {
        (float[] x, float[] e) = Check(scorer, input, map);
        double[] scores = scorer.Score(2, (index, destination) => Write(x, index == 0 ? null : e, scorer.Channels, destination));
        return new MaskedScore { Score = scores[0], Masked = scores[1] };
    }

    /// <summary>
    /// The scores while the pixels are deleted, the map's largest first (Petsiuk et al. 2018, arXiv:1806.07421): the smaller the area, the better.
    /// </summary>
    /// <param name="scorer">The score.</param>
    /// <param name="input">The input.</param>
    /// <param name="map">The map; of equal pixels the first one goes first.</param>
    /// <param name="steps">How many times pixels are deleted: each time the pixels over the steps, rounded up.</param>
    /// <param name="baseline">What takes a deleted pixel's place, an input; empty for zeros.</param>
    /// <exception cref="ArgumentException">Input, map or baseline have not the scorer's size.</exception>
    public static ScoreCurve MeasureDeletion(
        Scorer scorer, ReadOnlySpan<float> input, ReadOnlySpan<float> map, int steps = 20, ReadOnlySpan<float> baseline = default)
    {
        (float[] x, float[] e) = Check(scorer, input, map);
        return Curve(scorer, x, OrZeros(scorer, baseline), e, steps);
    }

    /// <summary>The scores while the pixels are put into a baseline, the map's largest first: the larger the area, the better.</summary>
    /// <param name="scorer">The score.</param>
    /// <param name="input">The input.</param>
    /// <param name="map">The map; of equal pixels the first one goes first.</param>
    /// <param name="steps">How many times pixels are inserted.</param>
    /// <param name="baseline">Where it begins: empty for zeros; the paper takes <c>Blur(input, height, width, 5)</c>.</param>
    /// <exception cref="ArgumentException">Input, map or baseline have not the scorer's size.</exception>
    public static ScoreCurve MeasureInsertion(
        Scorer scorer, ReadOnlySpan<float> input, ReadOnlySpan<float> map, int steps = 20, ReadOnlySpan<float> baseline = default)
    {
        (float[] x, float[] e) = Check(scorer, input, map);
        return Curve(scorer, OrZeros(scorer, baseline), x, e, steps);
    }

    /// <summary>A blurred input, as a baseline of insertion.</summary>
    /// <param name="input">The input.</param>
    /// <param name="height">Its rows.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="sigma">The Gaussian's standard deviation in pixels, from 0 to 10,000.</param>
    public static float[] Blur(ReadOnlySpan<float> input, int height, int width, double sigma)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (!(sigma is >= 0 and <= 10_000))
            throw new ArgumentOutOfRangeException(nameof(sigma), sigma, "Expected 0 to 10000 pixels.");
        int pixels = checked(height * width);
        if (input.Length == 0 || input.Length % pixels != 0)
            throw new ArgumentException($"An input of {height}x{width} pixels has a multiple of {pixels} numbers; found {input.Length}.", nameof(input));
        double[] blurred = new double[input.Length];
        new GaussianBlur(height, width, input.Length / pixels).Run(Doubles.Of(input), sigma, blurred);
        float[] result = new float[input.Length];
        Doubles.Round(blurred, result);
        return result;
    }

    private static ScoreCurve Curve(Scorer scorer, float[] from, float[] to, float[] map, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        int[] order = MapOrder.Descending(map);
        int step = (order.Length - 1) / steps + 1;
        int count = (order.Length - 1) / step + 2;
        int channels = scorer.Channels;
        double[] scores = scorer.Score(count, (index, destination) =>
        {
            from.CopyTo(destination);
            foreach (int pixel in order.AsSpan(0, Changed(index)))
                to.AsSpan(pixel * channels, channels).CopyTo(destination[(pixel * channels)..]);
        });
        return new ScoreCurve([.. Enumerable.Range(0, count).Select(index => Changed(index) / (double)order.Length)], scores);

        int Changed(int index) => (int)Math.Min((long)index * step, order.Length);
    }

    private static (float[] Input, float[] Map) Check(Scorer scorer, ReadOnlySpan<float> input, ReadOnlySpan<float> map)
    {
        ArgumentNullException.ThrowIfNull(scorer);
        return (scorer.CheckInput(input).ToArray(), scorer.CheckMap(map).ToArray());
    }

    private static float[] OrZeros(Scorer scorer, ReadOnlySpan<float> baseline) =>
        baseline.IsEmpty ? new float[scorer.Length] : scorer.CheckInput(baseline).ToArray();

    /// <summary>An input, times a map where there is one.</summary>
    private static void Write(float[] input, float[]? map, int channels, Span<float> destination)
    {
        input.CopyTo(destination);
        for (int i = 0; map is not null && i < destination.Length; i++)
            destination[i] *= map[i / channels];
    }
}
