using System.Numerics.Tensors;
using GradCam.Numerics;

namespace GradCam.Explain.Maps;

/// <summary>
/// Projections of rows [pixels, channels] on their first principal component, plain or of a kernel. Its memory grows to the largest layer asked for.
/// </summary>
/// <param name="arithmetic">How sums are taken.</param>
internal sealed class PrincipalAxis(Arithmetic arithmetic)
{
    /// <summary>A kernel has a number a pair of positions: 64 MiB for this many.</summary>
    public const int MostKernelRows = 4096;

    /// <summary>Below this share of the uncentred rows' length, what is left of them after centring is rounding.</summary>
    private const double Rounding = 1e-12;

    private readonly LargestEigenpair _solver = new(arithmetic);
    private double[] _rows = [];
    private double[] _kernel = [];
    private double[] _means = [];
    private double[] _vector = [];
    private double[] _scratch = [];
    private int _pixels;
    private int _channels;

    private Span<double> Filled => _rows.AsSpan(0, _pixels * _channels);

    /// <summary>Room for the rows, to be filled.</summary>
    public Span<double> Rows(int pixels, int channels)
    {
        (_pixels, _channels) = (pixels, channels);
        int length = checked(pixels * channels);
        if (_rows.Length < length)
            _rows = new double[length];
        return _rows.AsSpan(0, length);
    }

    /// <summary>map[p] = row p, centred, times the first right singular vector of all.</summary>
    public void Project(Span<float> map)
    {
        double length = arithmetic.Norm(Filled);
        if (!double.IsFinite(length))
        {
            map.Fill(float.NaN);
            return;
        }

        Centre();
        // The vector is a pixel's numbers or a channel's, whichever are fewer: X X^T and X^T X have the same eigenvalues.
        bool overPixels = _pixels <= _channels;
        Span<double> vector = Reserve(ref _vector, overPixels ? _pixels : _channels);
        Span<double> projection = Reserve(ref _scratch, Math.Max(_pixels, _channels));
        var covariance = new Covariance(arithmetic, _rows, _pixels, _channels, _scratch, overPixels);
        double deviation = Math.Sqrt(Math.Max(_solver.Find(covariance, vector), 0));
        if (deviation <= Rounding * length)
        {
            map.Clear();
            return;
        }

        projection = projection[.._pixels];
        if (overPixels)
            TensorPrimitives.Multiply(vector, deviation, projection);
        else
            covariance.Rows(vector, projection);
        WriteSigned(projection, map);
    }

    /// <summary>map = sqrt(l) u of the centred kernel tanh(X X^T / channels + 1) of the centred rows X.</summary>
    public void ProjectKernel(Span<float> map)
    {
        if (_pixels > MostKernelRows)
        {
            throw new NotSupportedException(
                $"KPCA-CAM compares all pairs of a layer's positions, of which there may be {MostKernelRows}; this layer has {_pixels}. " +
                "Take a later layer, or Eigen-CAM.");
        }

        double length = arithmetic.Norm(Filled);
        if (!double.IsFinite(length))
        {
            map.Fill(float.NaN);
            return;
        }

        Centre();
        Span<double> vector = Reserve(ref _vector, _pixels);
        double eigenvalue = 0;
        if (arithmetic.Norm(Filled) > Rounding * length)
        {
            FillKernel();
            eigenvalue = _solver.Find(new PackedSymmetric(arithmetic, _kernel), vector);
        }

        // The kernel's entries are about 1.
        if (eigenvalue <= Rounding)
        {
            map.Clear();
            return;
        }

        TensorPrimitives.Multiply(vector, Math.Sqrt(eigenvalue), vector);
        WriteSigned(vector, map);
    }

    private Span<double> Row(int pixel) => _rows.AsSpan(pixel * _channels, _channels);

    /// <summary>Takes each column's mean away.</summary>
    private void Centre()
    {
        Span<double> means = Reserve(ref _means, _channels);
        means.Clear();
        for (int p = 0; p < _pixels; p++)
            TensorPrimitives.Add(means, Row(p), means);
        TensorPrimitives.Divide(means, _pixels, means);
        for (int p = 0; p < _pixels; p++)
            TensorPrimitives.Subtract(Row(p), means, Row(p));
    }

    /// <summary>The lower triangle of the kernel, row by row, with the means of rows and columns taken away.</summary>
    private void FillKernel()
    {
        int length = _pixels * (_pixels + 1) / 2;
        if (_kernel.Length < length)
            _kernel = new double[length];
        Span<double> rowMeans = Reserve(ref _scratch, _pixels);
        rowMeans.Clear();
        for (int i = 0, at = 0; i < _pixels; i++)
        {
            for (int j = 0; j <= i; j++, at++)
            {
                double value = arithmetic.Tanh(arithmetic.Dot(Row(i), Row(j)) / _channels + 1);
                _kernel[at] = value;
                rowMeans[i] += value;
                if (j < i)
                    rowMeans[j] += value;
            }
        }

        TensorPrimitives.Divide(rowMeans, _pixels, rowMeans);
        double mean = arithmetic.Sum(rowMeans) / _pixels;
        for (int i = 0, at = 0; i < _pixels; i++)
        {
            for (int j = 0; j <= i; j++, at++)
                _kernel[at] += mean - rowMeans[i] - rowMeans[j];
        }
    }

    /// <summary>An eigenvector has two signs: the largest magnitude is positive.</summary>
    private static void WriteSigned(ReadOnlySpan<double> projection, Span<float> map)
    {
        // Of magnitudes that differ by rounding alone, as those of two pixels do, the first one counts.
        double largest = Math.Abs(TensorPrimitives.MaxMagnitude(projection));
        int first = 0;
        while (Math.Abs(projection[first]) < largest * (1 - 1e-9))
            first++;
        double sign = Math.Sign(projection[first]);
        for (int p = 0; p < map.Length; p++)
            map[p] = (float)(sign * projection[p]);
    }

    private static Span<double> Reserve(ref double[] array, int length)
    {
        if (array.Length < length)
            array = new double[length];
        return array.AsSpan(0, length);
    }

    /// <summary>X X^T, or X^T X.</summary>
    private readonly struct Covariance(Arithmetic arithmetic, double[] rows, int pixels, int channels, double[] scratch, bool overPixels) : ISymmetricOperator
    {
        public void Apply(ReadOnlySpan<double> x, Span<double> y)
        {
            if (overPixels)
            {
                Span<double> columns = scratch.AsSpan(0, channels);
                Columns(x, columns);
                Rows(columns, y);
            }
            else
            {
                Span<double> products = scratch.AsSpan(0, pixels);
                Rows(x, products);
                Columns(products, y);
            }
        }

        /// <summary>y = X x.</summary>
        public void Rows(ReadOnlySpan<double> x, Span<double> y)
        {
            for (int p = 0; p < pixels; p++)
                y[p] = arithmetic.Dot(rows.AsSpan(p * channels, channels), x);
        }

        /// <summary>y = X^T x.</summary>
        private void Columns(ReadOnlySpan<double> x, Span<double> y)
        {
            y.Clear();
            for (int p = 0; p < pixels; p++)
                TensorPrimitives.MultiplyAdd(rows.AsSpan(p * channels, channels), x[p], y, y);
        }
    }

    /// <summary>A symmetric matrix by its lower triangle, row by row.</summary>
    private readonly struct PackedSymmetric(Arithmetic arithmetic, double[] triangle) : ISymmetricOperator
    {
        public void Apply(ReadOnlySpan<double> x, Span<double> y)
        {
            for (int i = 0, at = 0; i < x.Length; at += ++i)
            {
                ReadOnlySpan<double> below = triangle.AsSpan(at, i);
                y[i] = triangle[at + i] * x[i] + arithmetic.Dot(below, x[..i]);
                TensorPrimitives.MultiplyAdd(below, x[i], y[..i], y[..i]);
            }
        }
    }
}
