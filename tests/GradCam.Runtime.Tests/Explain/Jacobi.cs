namespace GradCam.Runtime.Tests.Explain;

/// <summary>Eigenvalues of a symmetric matrix by plane rotations, until nothing is left beside the diagonal.</summary>
internal static class Jacobi
{
    /// <summary>The largest eigenvalue and its unit vector.</summary>
    public static (double Value, double[] Vector) Largest(double[,] symmetric)
    {
        int n = symmetric.GetLength(0);
        double[,] a = (double[,])symmetric.Clone();
        double[,] v = new double[n, n];
        for (int i = 0; i < n; i++)
            v[i, i] = 1;
        for (int sweep = 0; sweep < 50; sweep++)
        {
            double beside = 0;
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < i; j++)
                {
                    beside = Math.Max(beside, Math.Abs(a[i, j]));
                    Rotate(a, v, i, j);
                }
            }

            if (beside == 0)
                break;
        }

        int best = Enumerable.Range(0, n).MaxBy(i => a[i, i]);
        return (a[best, best], [.. Enumerable.Range(0, n).Select(i => v[i, best])]);
    }

    private static void Rotate(double[,] a, double[,] v, int p, int q)
    {
        if (a[p, q] == 0)
            return;
        double theta = (a[q, q] - a[p, p]) / (2 * a[p, q]);
        double t = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt(theta * theta + 1));
        double c = 1 / Math.Sqrt(t * t + 1);
        double s = t * c;
        for (int k = 0; k < a.GetLength(0); k++)
            (a[k, p], a[k, q]) = (c * a[k, p] - s * a[k, q], s * a[k, p] + c * a[k, q]);
        for (int k = 0; k < a.GetLength(0); k++)
        {
            (a[p, k], a[q, k]) = (c * a[p, k] - s * a[q, k], s * a[p, k] + c * a[q, k]);
            (v[k, p], v[k, q]) = (c * v[k, p] - s * v[k, q], s * v[k, p] + c * v[k, q]);
        }

        (a[p, q], a[q, p]) = (0, 0);
    }
}
