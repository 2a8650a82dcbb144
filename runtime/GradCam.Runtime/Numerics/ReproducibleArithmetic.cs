namespace GradCam.Numerics;

/// <summary>
/// The same bits on every machine: sums from the first element to the last, each operation rounded by itself as IEEE 754 says, functions made of these. Sums of
/// floats are taken in doubles, in which their products are exact.
/// </summary>
internal sealed class ReproducibleArithmetic : Arithmetic
{
    private ReproducibleArithmetic()
    {
    }

    /// <summary>The only one: it has no state.</summary>
    public static ReproducibleArithmetic Instance { get; } = new();

    public override bool IsReproducible => true;

    public override float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        y = y[..x.Length];
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
            sum += (double)x[i] * y[i];
        return (float)sum;
    }

    public override double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        y = y[..x.Length];
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
            sum += x[i] * y[i];
        return sum;
    }

    public override double Sum(ReadOnlySpan<double> x)
    {
        double sum = 0;
        foreach (double value in x)
            sum += value;
        return sum;
    }

    public override double Norm(ReadOnlySpan<double> x) => Math.Sqrt(Dot(x, x));

    public override void MultiplyAdd(Span<float> values, ReadOnlySpan<float> factors, ReadOnlySpan<float> summands)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = values[i] * factors[i] + summands[i];
    }

    public override void AddScaled(ReadOnlySpan<byte> source, float weight, Span<float> destination)
    {
        for (int i = 0; i < source.Length; i++)
            destination[i] += source[i] * weight;
    }

    public override float Lerp(float from, float to, float t) => from * (1 - t) + to * t;

    public override double Lerp(double from, double to, double t) => from * (1 - t) + to * t;

    public override void Lerp(ReadOnlySpan<float> from, ReadOnlySpan<float> to, float t, Span<float> destination)
    {
        for (int i = 0; i < from.Length; i++)
            destination[i] = Lerp(from[i], to[i], t);
    }

    public override void Sigmoid(ReadOnlySpan<float> x, Span<float> destination)
    {
        for (int i = 0; i < x.Length; i++)
            destination[i] = (float)(1 / (1 + PortableMath.Exp(-x[i])));
    }

    public override void Softmax(ReadOnlySpan<float> x, Span<float> destination)
    {
        double largest = double.NegativeInfinity;
        foreach (float value in x)
            largest = Math.Max(largest, value);
        double sum = 0;
        foreach (float value in x)
            sum += PortableMath.Exp(value - largest);
        for (int i = 0; i < x.Length; i++)
            destination[i] = (float)(PortableMath.Exp(x[i] - largest) / sum);
    }

    public override void Tanh(ReadOnlySpan<float> x, Span<float> destination)
    {
        for (int i = 0; i < x.Length; i++)
            destination[i] = (float)PortableMath.Tanh(x[i]);
    }

    public override double Exp(double x) => PortableMath.Exp(x);

    public override double Log(double x) => PortableMath.Log(x);

    public override double Tanh(double x) => PortableMath.Tanh(x);

    public override double Power(double x, int exponent) => PortableMath.Power(x, exponent);

    public override void CanonicaliseNaN(Span<float> values)
    {
        foreach (ref float value in values)
        {
            if (float.IsNaN(value))
                value = float.NaN;
        }
    }
}
