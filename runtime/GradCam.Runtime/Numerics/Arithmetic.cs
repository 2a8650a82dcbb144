namespace GradCam.Numerics;

/// <summary>
/// What is computed beside the network and depends on the machine: sums in the order of its vectors, products and sums rounded once or twice, functions of its
/// library. An executor says which it is; the rest (sums, products, quotients and roots of single elements) is the same everywhere.
/// </summary>
internal abstract class Arithmetic
{
    /// <summary>Whether all machines compute the same bits.</summary>
    public abstract bool IsReproducible { get; }

    /// <summary>The sum of products.</summary>
    public abstract float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y);

    /// <summary>The sum of products.</summary>
    public abstract double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y);

    /// <summary>The sum.</summary>
    public abstract double Sum(ReadOnlySpan<double> x);

    /// <summary>The root of the sum of squares.</summary>
    public abstract double Norm(ReadOnlySpan<double> x);

    /// <summary>values = values factors + summands, element by element.</summary>
    public abstract void MultiplyAdd(Span<float> values, ReadOnlySpan<float> factors, ReadOnlySpan<float> summands);

    /// <summary>destination += source weight, element by element.</summary>
    public abstract void AddScaled(ReadOnlySpan<byte> source, float weight, Span<float> destination);

    /// <summary>The point between two numbers.</summary>
    public abstract float Lerp(float from, float to, float t);

    /// <summary>The point between two numbers.</summary>
    public abstract double Lerp(double from, double to, double t);

    /// <summary>The points between pairs of numbers.</summary>
    public abstract void Lerp(ReadOnlySpan<float> from, ReadOnlySpan<float> to, float t, Span<float> destination);

    /// <summary>1 / (1 + e^-x), element by element.</summary>
    public abstract void Sigmoid(ReadOnlySpan<float> x, Span<float> destination);

    /// <summary>e^(x - max x) / sum e^(x - max x) of finite numbers.</summary>
    public abstract void Softmax(ReadOnlySpan<float> x, Span<float> destination);

    /// <summary>tanh x, element by element.</summary>
    public abstract void Tanh(ReadOnlySpan<float> x, Span<float> destination);

    /// <summary>e^x.</summary>
    public abstract double Exp(double x);

    /// <summary>The natural logarithm of a positive, normal number.</summary>
    public abstract double Log(double x);

    /// <summary>tanh x.</summary>
    public abstract double Tanh(double x);

    /// <summary>A number to a whole power.</summary>
    public abstract double Power(double x, int exponent);

    /// <summary>Gives NaN the same bits on all machines, which make them with either sign; where the bits may differ, nothing.</summary>
    public abstract void CanonicaliseNaN(Span<float> values);
}
