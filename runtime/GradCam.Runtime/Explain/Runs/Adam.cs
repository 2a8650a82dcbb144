using GradCam.Numerics;

namespace GradCam.Explain.Runs;

/// <summary>Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, with its defaults but for the rate.</summary>
internal sealed class Adam(Arithmetic arithmetic, int count, double rate)
{
    private const double First = 0.9;
    private const double Second = 0.999;
    private const double Epsilon = 1e-8;

    private readonly double[] _means = new double[count];
    private readonly double[] _squares = new double[count];
    private int _steps;

    /// <summary>A step against the gradient.</summary>
    public void Step(Span<double> values, ReadOnlySpan<double> gradient)
    {
        _steps++;
        double firstBias = 1 - arithmetic.Power(First, _steps);
        double secondBias = 1 - arithmetic.Power(Second, _steps);
        for (int i = 0; i < values.Length; i++)
        {
            _means[i] = First * _means[i] + (1 - First) * gradient[i];
            _squares[i] = Second * _squares[i] + (1 - Second) * gradient[i] * gradient[i];
            values[i] -= rate * (_means[i] / firstBias) / (Math.Sqrt(_squares[i] / secondBias) + Epsilon);
        }
    }
}
