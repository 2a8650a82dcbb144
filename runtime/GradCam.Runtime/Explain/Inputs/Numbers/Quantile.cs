namespace GradCam.Explain.Inputs.Numbers;

/// <summary>The value below which a share of numbers lies.</summary>
internal static class Quantile
{
    /// <summary>The number at position floor(share (n - 1)) of the numbers in order.</summary>
    /// <param name="values">The numbers; their order is lost.</param>
    /// <param name="share">From 0 to 1.</param>
    public static double Lower(Span<double> values, double share)
    {
        int rank = (int)(share * (values.Length - 1));
        (int first, int last) = (0, values.Length - 1);
        while (first < last)
        {
            // Three parts, so that many equal numbers, such as zeros, take one round: below the pivot, equal to it, above.
            double pivot = MedianOfThree(values[first], values[first + (last - first) / 2], values[last]);
            (int less, int i, int more) = (first, first, last);
            while (i <= more)
            {
                if (values[i] < pivot)
                    (values[less++], values[i]) = (values[i++], values[less - 1]);
                else if (values[i] > pivot)
                    (values[more--], values[i]) = (values[i], values[more + 1]);
                else
                    i++;
            }

            if (rank < less)
                last = less - 1;
            else if (rank > more)
                first = more + 1;
            else
                return values[rank];
        }

        return values[first];
    }

    private static double MedianOfThree(double a, double b, double c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
