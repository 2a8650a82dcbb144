namespace GradCam.Evaluate;

/// <summary>Structural similarity (Wang et al. 2004) of maps from 0 to 1, with uniform windows and sample variances, as scikit-image has it.</summary>
internal static class StructuralSimilarity
{
    private const double C1 = 0.01 * 0.01;
    private const double C2 = 0.03 * 0.03;

    public static double Measure(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int width, int height)
    {
        (int columns, int rows) = (Math.Min(7, width), Math.Min(7, height));
        int count = columns * rows;
        double sum = 0;
        for (int top = 0; top <= height - rows; top++)
        {
            for (int left = 0; left <= width - columns; left++)
            {
                (double meanA, double meanB) = (0, 0);
                for (int i = 0; i < count; i++)
                {
                    int place = (top + i / columns) * width + left + i % columns;
                    (meanA, meanB) = (meanA + a[place], meanB + b[place]);
                }

                (meanA, meanB) = (meanA / count, meanB / count);
                (double varianceA, double varianceB, double covariance) = (0, 0, 0);
                for (int i = 0; i < count; i++)
                {
                    int place = (top + i / columns) * width + left + i % columns;
                    (double x, double y) = (a[place] - meanA, b[place] - meanB);
                    (varianceA, varianceB, covariance) = (varianceA + x * x, varianceB + y * y, covariance + x * y);
                }

                double less = Math.Max(1, count - 1);
                (varianceA, varianceB, covariance) = (varianceA / less, varianceB / less, covariance / less);
                sum += (2 * meanA * meanB + C1) * (2 * covariance + C2) / ((meanA * meanA + meanB * meanB + C1) * (varianceA + varianceB + C2));
            }
        }

        return sum / ((height - rows + 1) * (width - columns + 1));
    }
}
