using System.Numerics;
using System.Runtime.Intrinsics;

namespace GradCam.Evaluate;

/// <summary>
/// Fills removed pixels so that each is the weighted mean of its neighbours, 1/6 for the four beside it and 1/12 for the four at its corners (Rong et al. 2022,
/// arXiv:2202.00449): one linear system for all removed pixels, solved by conjugate gradients. Sums have one order, whatever the machine's vectors are.
/// </summary>
internal sealed class LinearImputer
{
    /// <summary>Of the residual's length, relative to the right-hand side's.</summary>
    private const double Tolerance = 1e-7;

    private readonly int _height;
    private readonly int _width;
    private readonly int _stride;

    /// <summary>1 where a pixel is removed, 0 where it is not and around the image.</summary>
    private readonly double[] _removed;

    /// <summary>The weights of a pixel's neighbours within the image, summed; 1 at kept pixels.</summary>
    private readonly double[] _diagonal;

    private readonly double[] _known;
    private readonly double[] _solution;
    private readonly double[] _residual;
    private readonly double[] _direction;
    private readonly double[] _product;
    private readonly double[] _scaled;

    /// <param name="removed">[height, width].</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    public LinearImputer(ReadOnlySpan<bool> removed, int height, int width)
    {
        (_height, _width, _stride) = (height, width, width + 2);
        int length = _stride * (height + 2);
        _removed = new double[length];
        double[] inside = new double[length];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                inside[Place(y, x)] = 1;
                _removed[Place(y, x)] = removed[y * width + x] ? 1 : 0;
            }
        }

        _known = new double[length];
        _solution = new double[length];
        _residual = new double[length];
        _direction = new double[length];
        _product = new double[length];
        _scaled = new double[length];
        _diagonal = new double[length];
        AddNeighbours(inside, _diagonal);
        for (int i = 0; i < length; i++)
            _diagonal[i] = _removed[i] > 0 ? _diagonal[i] : 1;
    }

    /// <summary>Fills the removed pixels of all channels; zeros where all pixels are removed.</summary>
    /// <param name="input">[height, width, channels].</param>
    /// <param name="channels">Channels.</param>
    /// <param name="output">Receives the whole input.</param>
    public void Impute(ReadOnlySpan<float> input, int channels, Span<float> output)
    {
        input.CopyTo(output);
        for (int c = 0; c < channels; c++)
        {
            (double sum, int count) = (0, 0);
            for (int pixel = 0; pixel < _height * _width; pixel++)
            {
                int place = Place(pixel / _width, pixel % _width);
                bool isKept = _removed[place] == 0;
                _known[place] = isKept ? input[pixel * channels + c] : 0;
                sum += _known[place];
                count += isKept ? 1 : 0;
            }

            Solve(count == 0 ? 0 : sum / count);
            for (int pixel = 0; pixel < _height * _width; pixel++)
            {
                int place = Place(pixel / _width, pixel % _width);
                if (_removed[place] > 0)
                    output[pixel * channels + c] = (float)_solution[place];
            }
        }
    }

    private int Place(int y, int x) => (y + 1) * _stride + x + 1;

    /// <summary>Conjugate gradients with the diagonal as preconditioner.</summary>
    /// <param name="start">Where all pixels begin.</param>
    private void Solve(double start)
    {
        int length = _solution.Length;
        // The right-hand side: what known neighbours give.
        AddNeighbours(_known, _residual);
        for (int i = 0; i < length; i++)
        {
            _residual[i] *= _removed[i];
            _solution[i] = start * _removed[i];
        }

        double limit = Tolerance * Math.Sqrt(Dot(_residual, _residual));
        Multiply(_solution, _product);
        for (int i = 0; i < length; i++)
        {
            _residual[i] -= _product[i];
            _direction[i] = _scaled[i] = _residual[i] / _diagonal[i];
        }

        double energy = Dot(_residual, _scaled);
        for (int step = 0; step < 4 * (_height + _width) + 100 && Math.Sqrt(Dot(_residual, _residual)) > limit; step++)
        {
            Multiply(_direction, _product);
            double length2 = Dot(_direction, _product);
            // Nothing is left to improve, or numbers are not finite.
            if (!(length2 > 0))
                break;
            double along = energy / length2;
            AddScaled(_direction, along, _solution);
            AddScaled(_product, -along, _residual);
            Divide(_residual, _diagonal, _scaled);
            double next = Dot(_residual, _scaled);
            ScaleAndAdd(_direction, next / energy, _scaled);
            energy = next;
        }
    }

    /// <summary>The system's matrix times a vector that is 0 at kept pixels.</summary>
    private void Multiply(double[] vector, double[] product)
    {
        AddNeighbours(vector, product);
        int i = 0;
        for (; i <= product.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            Vector<double> row = new Vector<double>(_diagonal, i) * new Vector<double>(vector, i) - new Vector<double>(product, i);
            (row * new Vector<double>(_removed, i)).CopyTo(product, i);
        }

        for (; i < product.Length; i++)
            product[i] = (_diagonal[i] * vector[i] - product[i]) * _removed[i];
    }

    /// <summary>The weighted sum of each pixel's neighbours.</summary>
    private void AddNeighbours(double[] values, double[] sums)
    {
        Array.Clear(sums);
        var sixth = new Vector<double>(1.0 / 6);
        var twelfth = new Vector<double>(1.0 / 12);
        for (int y = 0; y < _height; y++)
        {
            int first = Place(y, 0);
            int i = first;
            for (; i <= first + _width - Vector<double>.Count; i += Vector<double>.Count)
            {
                Vector<double> beside = At(values, i - _stride) + At(values, i - 1) + At(values, i + 1) + At(values, i + _stride);
                Vector<double> corners = At(values, i - _stride - 1) + At(values, i - _stride + 1) + At(values, i + _stride - 1) + At(values, i + _stride + 1);
                (beside * sixth + corners * twelfth).CopyTo(sums, i);
            }

            for (; i < first + _width; i++)
            {
                double beside = values[i - _stride] + values[i - 1] + values[i + 1] + values[i + _stride];
                double corners = values[i - _stride - 1] + values[i - _stride + 1] + values[i + _stride - 1] + values[i + _stride + 1];
                sums[i] = beside * (1.0 / 6) + corners * (1.0 / 12);
            }
        }

        static Vector<double> At(double[] values, int index) => new(values, index);
    }

    private static void AddScaled(double[] values, double factor, double[] sums)
    {
        int i = 0;
        for (; i <= sums.Length - Vector<double>.Count; i += Vector<double>.Count)
            (new Vector<double>(sums, i) + new Vector<double>(values, i) * factor).CopyTo(sums, i);
        for (; i < sums.Length; i++)
            sums[i] += values[i] * factor;
    }

    /// <summary>values = values * factor + summands.</summary>
    private static void ScaleAndAdd(double[] values, double factor, double[] summands)
    {
        int i = 0;
        for (; i <= values.Length - Vector<double>.Count; i += Vector<double>.Count)
            (new Vector<double>(values, i) * factor + new Vector<double>(summands, i)).CopyTo(values, i);
        for (; i < values.Length; i++)
            values[i] = values[i] * factor + summands[i];
    }

    private static void Divide(double[] values, double[] divisors, double[] quotients)
    {
        int i = 0;
        for (; i <= values.Length - Vector<double>.Count; i += Vector<double>.Count)
            (new Vector<double>(values, i) / new Vector<double>(divisors, i)).CopyTo(quotients, i);
        for (; i < values.Length; i++)
            quotients[i] = values[i] / divisors[i];
    }

    /// <summary>Eight sums side by side, on every machine.</summary>
    private static double Dot(double[] a, double[] b)
    {
        Vector512<double> sums = Vector512<double>.Zero;
        int i = 0;
        for (; i <= a.Length - Vector512<double>.Count; i += Vector512<double>.Count)
            sums += Vector512.Create(a, i) * Vector512.Create(b, i);
        double sum = 0;
        for (int lane = 0; lane < Vector512<double>.Count; lane++)
            sum += sums[lane];
        for (; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
