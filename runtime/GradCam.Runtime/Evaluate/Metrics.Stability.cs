using GradCam.Explain.Inputs.Numbers;

namespace GradCam.Evaluate;

public static partial class Metrics
{
    /// <summary>
    /// Max-sensitivity (Yeh et al. 2019, arXiv:1901.09392): the largest of |map(x) - map(x')| / |map(x)| over x' whose every number lies within a radius of
    /// x's.
    /// The smaller, the better.
    /// </summary>
    /// <param name="scorer">The input's shape.</param>
    /// <param name="input">The input.</param>
    /// <param name="explain">Makes maps.</param>
    /// <param name="options">Changed inputs (10 by default), radius (0.02) and seed; null for those.</param>
    /// <returns>NaN where the input's own map is zeros.</returns>
    /// <exception cref="ArgumentException">The input has not the scorer's size.</exception>
    public static double MeasureMaxSensitivity(Scorer scorer, ReadOnlySpan<float> input, MapFunction explain, PerturbationOptions? options = null)
    {
        (double length, double[] distances) = Distances(scorer, input, explain, options, samples: 10, radius: 0.02);
        return length > 0 ? distances.Max() / length : double.NaN;
    }

    /// <summary>Stability: the mean of |map(x) - map(x')| over x' whose every number lies within a radius of x's. The smaller, the better.</summary>
    /// <param name="scorer">The input's shape.</param>
    /// <param name="input">The input.</param>
    /// <param name="explain">Makes maps.</param>
    /// <param name="options">Changed inputs (20 by default), radius (0.1) and seed; null for those.</param>
    /// <exception cref="ArgumentException">The input has not the scorer's size.</exception>
    public static double MeasureStability(Scorer scorer, ReadOnlySpan<float> input, MapFunction explain, PerturbationOptions? options = null) =>
        Distances(scorer, input, explain, options, samples: 20, radius: 0.1).Distances.Average();

    /// <summary>The Euclidean length of the input's map, and its distances from those of changed inputs.</summary>
    private static (double Length, double[] Distances) Distances(
        Scorer scorer, ReadOnlySpan<float> input, MapFunction explain, PerturbationOptions? options, int samples, double radius)
    {
        ArgumentNullException.ThrowIfNull(scorer);
        ArgumentNullException.ThrowIfNull(explain);
        float[] x = scorer.CheckInput(input).ToArray();
        options ??= PerturbationOptions.Default;
        radius = options.Radius ?? radius;
        var random = new CounterRandom(options.Seed);
        float[] map = new float[scorer.Pixels];
        explain(x, map);
        double[] distances = new double[options.Samples ?? samples];
        float[] changed = new float[x.Length];
        float[] other = new float[map.Length];
        for (int sample = 0; sample < distances.Length; sample++)
        {
            for (int i = 0; i < x.Length; i++)
                changed[i] = (float)(x[i] + radius * (2 * random.Uniform((ulong)sample, (ulong)i) - 1));
            explain(changed, other);
            distances[sample] = Distance(map, other);
        }

        return (Distance(map, new float[map.Length]), distances);
    }

    private static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
        return Math.Sqrt(sum);
    }
}
