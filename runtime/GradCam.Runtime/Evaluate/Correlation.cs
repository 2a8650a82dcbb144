using GradCam.Explain.Inputs.Numbers;

namespace GradCam.Evaluate;

/// <summary>How alike two lists of numbers are.</summary>
internal static class Correlation
{
    /// <summary>Pearson's; 0 where one of the lists is constant.</summary>
    public static double Pearson(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        (double meanA, double meanB) = (Mean(a), Mean(b));
        (double product, double squareA, double squareB) = (0, 0, 0);
        for (int i = 0; i < a.Length; i++)
        {
            (double x, double y) = (a[i] - meanA, b[i] - meanB);
            product += x * y;
            squareA += x * x;
            squareB += y * y;
        }

        double root = Math.Sqrt(squareA) * Math.Sqrt(squareB);
        return root > 0 ? Math.Clamp(product / root, -1, 1) : 0;
    }

    /// <summary>Spearman's: Pearson's of the ranks.</summary>
    public static double Spearman(ReadOnlySpan<double> a, ReadOnlySpan<double> b) => Pearson(MapOrder.Ranks(a), MapOrder.Ranks(b));

    public static double[] Widen(ReadOnlySpan<float> values) => Doubles.Of(values);

    private static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
            sum += value;
        return sum / values.Length;
    }
}
