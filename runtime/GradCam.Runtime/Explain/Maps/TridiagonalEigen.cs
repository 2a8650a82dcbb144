namespace GradCam.Explain.Maps;

/// <summary>All eigenvalues and vectors of a small symmetric tridiagonal matrix: implicit QL (Bowdler, Martin, Reinsch and Wilkinson 1968).</summary>
internal static class TridiagonalEigen
{
    private const int MostIterations = 60;

    /// <summary>Solves it in place.</summary>
    /// <param name="diagonal">[n]; becomes the eigenvalues, in no order.</param>
    /// <param name="beside">[n]: element i is beside diagonal elements i and i + 1; the last one does not count. It is lost.</param>
    /// <param name="vectors">[n, n]; becomes the vectors, as columns.</param>
    public static void Solve(Span<double> diagonal, Span<double> beside, Span<double> vectors)
    {
        int n = diagonal.Length;
        vectors.Clear();
        for (int i = 0; i < n; i++)
            vectors[i * n + i] = 1;
        beside[n - 1] = 0;
        for (int first = 0; first < n; first++)
        {
            for (int iteration = 0; iteration < MostIterations; iteration++)
            {
                int end = End(diagonal, beside, first);
                if (end == first)
                    break;
                Sweep(diagonal, beside, vectors, first, end);
            }
        }
    }

    /// <summary>The last element of the block that begins here: where what is beside it is nothing.</summary>
    private static int End(ReadOnlySpan<double> diagonal, ReadOnlySpan<double> beside, int first)
    {
        int end = first;
        while (end < diagonal.Length - 1)
        {
            double size = Math.Abs(diagonal[end]) + Math.Abs(diagonal[end + 1]);
            if (Math.Abs(beside[end]) <= 1e-16 * size)
                break;
            end++;
        }

        return end;
    }

    /// <summary>One step of QL with Wilkinson's shift, by plane rotations from the block's end to its beginning.</summary>
    private static void Sweep(Span<double> diagonal, Span<double> beside, Span<double> vectors, int first, int end)
    {
        int n = diagonal.Length;
        double g = (diagonal[first + 1] - diagonal[first]) / (2 * beside[first]);
        double r = Math.Sqrt(g * g + 1);
        g = diagonal[end] - diagonal[first] + beside[first] / (g + (g < 0 ? -r : r));
        double sine = 1;
        double cosine = 1;
        double shift = 0;
        for (int i = end - 1; i >= first; i--)
        {
            double f = sine * beside[i];
            double b = cosine * beside[i];
            r = Math.Sqrt(f * f + g * g);
            beside[i + 1] = r;
            if (r == 0)
            {
                // The block falls in two.
                diagonal[i + 1] -= shift;
                beside[end] = 0;
                return;
            }

            sine = f / r;
            cosine = g / r;
            g = diagonal[i + 1] - shift;
            r = (diagonal[i] - g) * sine + 2 * cosine * b;
            shift = sine * r;
            diagonal[i + 1] = g + shift;
            g = cosine * r - b;
            for (int k = 0; k < n; k++)
            {
                ref double left = ref vectors[k * n + i];
                ref double right = ref vectors[k * n + i + 1];
                (left, right) = (cosine * left - sine * right, sine * left + cosine * right);
            }
        }

        diagonal[first] -= shift;
        beside[first] = g;
        beside[end] = 0;
    }
}
