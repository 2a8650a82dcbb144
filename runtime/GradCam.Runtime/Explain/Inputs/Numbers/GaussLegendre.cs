using GradCam.Numerics;

namespace GradCam.Explain.Inputs.Numbers;

/// <summary>The nodes and weights of Gauss and Legendre's quadrature on 0 to 1.</summary>
internal static class GaussLegendre
{
    /// <summary>Computes them by Newton's method on the Legendre polynomial.</summary>
    /// <param name="nodes">Receives the nodes, ascending.</param>
    /// <param name="weights">Receives the weights, whose sum is 1.</param>
    /// <param name="cancellation">Stops: of many thousand nodes it takes long.</param>
    public static void Compute(Span<double> nodes, Span<double> weights, CancellationToken cancellation = default)
    {
        int n = nodes.Length;
        for (int i = 0; i < (n + 1) / 2; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            // Tricomi's estimate of the root.
            double x = PortableMath.CosOfTurns((i + 0.75) / (n + 0.5) / 2);
            double derivative = 1;
            for (int step = 0; step < 12; step++)
            {
                (double value, derivative) = Legendre(n, x);
                double before = x;
                x -= value / derivative;
                if (x == before)
                    break;
            }

            double weight = 1 / ((1 - x * x) * derivative * derivative);
            (nodes[i], nodes[n - 1 - i]) = ((1 - x) / 2, (1 + x) / 2);
            (weights[i], weights[n - 1 - i]) = (weight, weight);
        }
    }

    private static (double Value, double Derivative) Legendre(int n, double x)
    {
        (double before, double value) = (1, x);
        for (int k = 2; k <= n; k++)
            (before, value) = (value, ((2 * k - 1) * x * value - (k - 1) * before) / k);
        return (value, n * (x * value - before) / (x * x - 1));
    }
}
