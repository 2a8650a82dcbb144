using System.Numerics.Tensors;
using GradCam.Numerics;

namespace GradCam.Explain.Runs;

/// <summary>
/// S(u) = minmax(enlarged sum w_c A_c), w = softmax(u): a mask of the input that can be differentiated. Enlarged with half-pixel centres; zeros where the sum
/// is constant.
/// </summary>
internal sealed class WeightedMask
{
    private const double Epsilon = 1e-8;

    private readonly MethodRun _run;
    private readonly ResizeAxis _columns;
    private readonly ResizeAxis _lines;
    private readonly double[] _sum;
    private readonly double[] _enlarged;
    private readonly float[] _values;
    private readonly double[] _scoreByMask;
    private readonly double[] _gradient;
    private int _least;
    private int _largest;
    private double _range;

    public WeightedMask(MethodRun run)
    {
        _run = run;
        (Tensor shape, Tensor input) = (run.Shape, run.InputShape);
        _columns = new ResizeAxis(shape.Width, 0, input.Width, 0, input.Width, alignCorners: false);
        _lines = new ResizeAxis(shape.Height, 0, input.Height, 0, input.Height, alignCorners: false);
        _sum = new double[shape.Pixels];
        _enlarged = new double[input.Pixels];
        _values = new float[input.Pixels];
        _scoreByMask = new double[input.Pixels];
        _gradient = new double[shape.Channels];
        Weights = new double[shape.Channels];
    }

    /// <summary>w, [channels].</summary>
    public double[] Weights { get; }

    /// <summary>S, [height, width] of the input.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>Computes w and S.</summary>
    public void Make(ReadOnlySpan<double> u)
    {
        double most = TensorPrimitives.Max(u);
        double all = 0;
        for (int c = 0; c < u.Length; c++)
            all += Weights[c] = _run.Arithmetic.Exp(u[c] - most);
        TensorPrimitives.Divide(Weights, all, Weights);
        ReadOnlySpan<float> activations = _run.Activations.Span;
        for (int p = 0; p < _sum.Length; p++)
        {
            double sum = 0;
            for (int c = 0; c < u.Length; c++)
                sum += Weights[c] * activations[p * u.Length + c];
            _sum[p] = sum;
        }

        Enlarge();
        _least = TensorPrimitives.IndexOfMin<double>(_enlarged);
        _largest = TensorPrimitives.IndexOfMax<double>(_enlarged);
        _range = _enlarged[_largest] - _enlarged[_least] + Epsilon;
        for (int i = 0; i < _values.Length; i++)
            _values[i] = (float)((_enlarged[i] - _enlarged[_least]) / _range);
    }

    /// <summary>Takes the score's gradient at the masked input x S: dy / dS is its sum with x over channels.</summary>
    /// <param name="gradient">[height, width, channels] of the input.</param>
    public void Differentiate(ReadOnlySpan<float> gradient)
    {
        ReadOnlySpan<float> input = _run.Input;
        int channels = _run.InputShape.Channels;
        for (int p = 0; p < _scoreByMask.Length; p++)
        {
            double sum = 0;
            for (int c = 0; c < channels; c++)
                sum += (double)gradient[p * channels + c] * input[p * channels + c];
            _scoreByMask[p] = sum;
        }
    }

    /// <summary>The gradient at u of the score times a number.</summary>
    public ReadOnlySpan<double> Gradient(double factor)
    {
        // S = (U - least) / range: the ends have a part in every pixel.
        double atLargest = 0;
        double atLeast = 0;
        Span<double> sum = _sum;
        sum.Clear();
        for (int i = 0; i < _enlarged.Length; i++)
        {
            double d = factor * _scoreByMask[i];
            double value = (_enlarged[i] - _enlarged[_least]) / _range;
            atLargest -= d * value / _range;
            atLeast -= d * (1 - value) / _range;
            AddAt(i, d / _range);
        }

        AddAt(_largest, atLargest);
        AddAt(_least, atLeast);
        ReadOnlySpan<float> activations = _run.Activations.Span;
        Span<double> byWeight = _gradient;
        byWeight.Clear();
        for (int p = 0; p < _sum.Length; p++)
        {
            for (int c = 0; c < byWeight.Length; c++)
                byWeight[c] += _sum[p] * activations[p * byWeight.Length + c];
        }

        double mean = _run.Arithmetic.Dot(Weights, byWeight);
        for (int c = 0; c < byWeight.Length; c++)
            byWeight[c] = Weights[c] * (byWeight[c] - mean);
        return byWeight;
    }

    private void Enlarge()
    {
        Arithmetic arithmetic = _run.Arithmetic;
        for (int y = 0, i = 0; y < _lines.End; y++)
        {
            (int above, int below, float t) = _lines.Between(y);
            for (int x = 0; x < _columns.End; x++, i++)
            {
                (int before, int after, float s) = _columns.Between(x);
                int width = _columns.SourceSize;
                double upper = arithmetic.Lerp(_sum[above * width + before], _sum[above * width + after], s);
                double lower = arithmetic.Lerp(_sum[below * width + before], _sum[below * width + after], s);
                _enlarged[i] = arithmetic.Lerp(upper, lower, t);
            }
        }
    }

    /// <summary>Adds the gradient of an enlarged pixel to those of the cells that it is made of.</summary>
    private void AddAt(int pixel, double gradient)
    {
        (int y, int x) = Math.DivRem(pixel, _run.InputShape.Width);
        (int above, int below, float t) = _lines.Between(y);
        (int before, int after, float s) = _columns.Between(x);
        int width = _columns.SourceSize;
        _sum[above * width + before] += gradient * (1 - t) * (1 - s);
        _sum[above * width + after] += gradient * (1 - t) * s;
        _sum[below * width + before] += gradient * t * (1 - s);
        _sum[below * width + after] += gradient * t * s;
    }
}
