namespace GradCam.Explain.Inputs.Numbers;

/// <summary>Sums for a least-squares fit, in double precision, solved by Cholesky's decomposition.</summary>
internal sealed class LeastSquares(int unknowns)
{
    /// <summary>The lower triangle of X^T W X, row by row.</summary>
    private readonly double[] _matrix = new double[unknowns * (unknowns + 1) / 2];
    private readonly double[] _right = new double[unknowns];

    /// <summary>Adds an equation.</summary>
    /// <param name="row">Its coefficients.</param>
    /// <param name="value">What they should add up to.</param>
    /// <param name="weight">How much it counts.</param>
    public void Add(ReadOnlySpan<double> row, double value, double weight)
    {
        for (int i = 0, at = 0; i < unknowns; at += ++i)
        {
            double scaled = weight * row[i];
            _right[i] += scaled * value;
            if (scaled == 0)
                continue;
            for (int j = 0; j <= i; j++)
                _matrix[at + j] += scaled * row[j];
        }
    }

    /// <summary>Solves.</summary>
    /// <param name="ridge">What is added for the squares of the unknowns.</param>
    /// <param name="cancellation">Stops: of thousands of unknowns it takes long.</param>
    /// <returns>The unknowns; of equations that leave one open, those of the least squares up to rounding.</returns>
    public double[] Solve(double ridge, CancellationToken cancellation = default)
    {
        double largest = 0;
        for (int i = 0; i < unknowns; i++)
            largest = Math.Max(largest, _matrix[i * (i + 1) / 2 + i]);
        // Where the equations leave unknowns open, the smallest ridge that makes the decomposition possible.
        double least = 1e-12 * Math.Max(largest, 1e-300);
        double[] factor = new double[_matrix.Length];
        while (!TryDecompose(Math.Max(ridge, 0), least, factor, cancellation))
        {
            ridge = Math.Max(10 * ridge, 1e-10 * Math.Max(largest, 1e-300));
            // NaN in the equations.
            if (!double.IsFinite(ridge))
                return [.. Enumerable.Repeat(double.NaN, unknowns)];
        }

        double[] solution = [.. _right];
        for (int i = 0; i < unknowns; i++)
        {
            for (int j = 0; j < i; j++)
                solution[i] -= factor[i * (i + 1) / 2 + j] * solution[j];
            solution[i] /= factor[i * (i + 1) / 2 + i];
        }

        for (int i = unknowns - 1; i >= 0; i--)
        {
            for (int j = i + 1; j < unknowns; j++)
                solution[i] -= factor[j * (j + 1) / 2 + i] * solution[j];
            solution[i] /= factor[i * (i + 1) / 2 + i];
        }

        return solution;
    }

    private bool TryDecompose(double ridge, double least, double[] factor, CancellationToken cancellation)
    {
        for (int i = 0; i < unknowns; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            int row = i * (i + 1) / 2;
            for (int j = 0; j <= i; j++)
            {
                int other = j * (j + 1) / 2;
                double sum = _matrix[row + j] + (i == j ? ridge : 0);
                for (int k = 0; k < j; k++)
                    sum -= factor[row + k] * factor[other + k];
                if (i != j)
                    factor[row + j] = sum / factor[other + j];
                else if (sum > least)
                    factor[row + j] = Math.Sqrt(sum);
                else
                    return false;
            }
        }

        return true;
    }
}
