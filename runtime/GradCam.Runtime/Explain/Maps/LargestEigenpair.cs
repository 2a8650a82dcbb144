using System.Numerics.Tensors;
using GradCam.Numerics;

namespace GradCam.Explain.Maps;

/// <summary>
/// The largest eigenvalue of a symmetric matrix and its unit vector: Lanczos's method with full reorthogonalisation, restarted from the best vector. The start
/// is fixed and all is in one order, so that it gives the same bits from run to run. Its memory grows to the largest matrix.
/// </summary>
/// <param name="arithmetic">How sums are taken.</param>
internal sealed class LargestEigenpair(Arithmetic arithmetic)
{
    /// <summary>Vectors between restarts. A matrix of fewer rows is solved exactly.</summary>
    private const int MostVectors = 64;

    /// <summary>A gap to the second eigenvalue of a thousandth takes about ten; without a gap any vector of the two is as good.</summary>
    private const int MostRestarts = 60;

    /// <summary>Of the residual, relative to the matrix's largest eigenvalue in magnitude.</summary>
    private const double Tolerance = 1e-11;

    private readonly double[] _diagonal = new double[MostVectors];
    private readonly double[] _beside = new double[MostVectors];
    private readonly double[] _values = new double[MostVectors];
    private readonly double[] _scratch = new double[MostVectors];
    private readonly double[] _vectors = new double[MostVectors * MostVectors];
    private double[] _basis = [];

    /// <summary>Finds it.</summary>
    /// <returns>The eigenvalue.</returns>
    /// <param name="matrix">The matrix, finite.</param>
    /// <param name="vector">Receives the unit vector; as long as the matrix has rows.</param>
    public double Find<TOperator>(TOperator matrix, Span<double> vector)
        where TOperator : struct, ISymmetricOperator
    {
        int size = vector.Length;
        int most = Math.Min(size, MostVectors);
        // One more for the vector that is orthogonal to all.
        if (_basis.Length < (most + 1) * size)
            _basis = new double[(most + 1) * size];
        Start(vector);
        double eigenvalue = 0;
        for (int restart = 0; restart < MostRestarts; restart++)
        {
            (eigenvalue, bool isFound) = Cycle(matrix, vector, most);
            if (isFound)
                break;
        }

        return eigenvalue;
    }

    /// <summary>Numbers without a pattern, which no symmetry of a layer makes orthogonal to the vector sought.</summary>
    private void Start(Span<double> vector)
    {
        uint state = 1;
        foreach (ref double value in vector)
        {
            // Numerical Recipes' congruence.
            state = state * 1664525 + 1013904223;
            value = state / (double)uint.MaxValue - 0.4;
        }

        TensorPrimitives.Divide(vector, arithmetic.Norm(vector), vector);
    }

    /// <summary>Builds a basis from a unit vector, and puts the best vector in its place.</summary>
    private (double Eigenvalue, bool IsFound) Cycle<TOperator>(TOperator matrix, Span<double> vector, int most)
        where TOperator : struct, ISymmetricOperator
    {
        int size = vector.Length;
        vector.CopyTo(Vector(0, size));
        double largest = 0;
        for (int count = 1; ; count++)
        {
            int last = count - 1;
            Span<double> next = Vector(count, size);
            matrix.Apply(Vector(last, size), next);
            _diagonal[last] = arithmetic.Dot(Vector(last, size), next);
            // Twice is enough (Kahan and Parlett).
            for (int pass = 0; pass < 2; pass++)
            {
                for (int i = last; i >= 0; i--)
                    TensorPrimitives.MultiplyAdd(Vector(i, size), -arithmetic.Dot(Vector(i, size), next), next, next);
            }

            double beside = arithmetic.Norm(next);
            _beside[last] = beside;
            largest = Math.Max(largest, Math.Abs(_diagonal[last]) + beside);
            bool isInvariant = beside <= 1e-14 * largest;
            if (count == most || isInvariant || count is 16 or 32)
            {
                (double eigenvalue, int column) = Ritz(count);
                bool isFound = isInvariant || count == size || beside * Math.Abs(_vectors[last * count + column]) <= Tolerance * largest;
                if (isFound || count == most)
                {
                    Combine(vector, count, column);
                    return (eigenvalue, isFound);
                }
            }

            TensorPrimitives.Divide(next, beside, next);
        }
    }

    private Span<double> Vector(int index, int size) => _basis.AsSpan(index * size, size);

    /// <summary>The largest eigenvalue of the tridiagonal matrix so far, and which column of <see cref="_vectors"/> is its vector.</summary>
    private (double Eigenvalue, int Column) Ritz(int count)
    {
        Span<double> values = _values.AsSpan(0, count);
        _diagonal.AsSpan(0, count).CopyTo(values);
        _beside.AsSpan(0, count).CopyTo(_scratch);
        Span<double> vectors = _vectors.AsSpan(0, count * count);
        TridiagonalEigen.Solve(values, _scratch.AsSpan(0, count), vectors);
        int column = TensorPrimitives.IndexOfMax<double>(values);
        return (values[column], column);
    }

    private void Combine(Span<double> vector, int count, int column)
    {
        vector.Clear();
        for (int i = 0; i < count; i++)
            TensorPrimitives.MultiplyAdd(Vector(i, vector.Length), _vectors[i * count + column], vector, vector);
        double norm = arithmetic.Norm(vector);
        if (norm > 0)
            TensorPrimitives.Divide(vector, norm, vector);
    }
}
