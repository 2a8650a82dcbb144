namespace GradCam.Numerics;

/// <summary>
/// Functions whose last bit is the same on every machine: sums, products, quotients and roots alone, which IEEE 754 rounds in one way. Those of
/// <see cref="Math"/> are the C library's, and differ.
/// </summary>
internal static class PortableMath
{
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double Sqrt2 = 1.4142135623730951;

    /// <summary>The natural logarithm of a positive, normal number.</summary>
    public static double Log(double x)
    {
        int exponent = Math.ILogB(x);
        double mantissa = Math.ScaleB(x, -exponent);
        if (mantissa > Sqrt2)
        {
            mantissa /= 2;
            exponent++;
        }

        // ln m = 2 artanh((m - 1) / (m + 1)); the quotient is below 0.172.
        double s = (mantissa - 1) / (mantissa + 1);
        double square = s * s;
        double sum = 0;
        for (int n = 23; n >= 1; n -= 2)
            sum = sum * square + 1.0 / n;
        return exponent * Ln2High + (exponent * Ln2Low + 2 * s * sum);
    }

    /// <summary>e to the power of x.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x))
            return x;
        if (x > 709.8)
            return double.PositiveInfinity;
        if (x < -745.2)
            return 0;
        int exponent = (int)Math.Round(x / 0.6931471805599453);
        double r = x - exponent * Ln2High - exponent * Ln2Low;
        double sum = 1;
        for (int n = 15; n >= 1; n--)
            sum = 1 + sum * r / n;
        return Math.ScaleB(sum, exponent);
    }

    /// <summary>The hyperbolic tangent.</summary>
    public static double Tanh(double x)
    {
        double magnitude = Math.Abs(x);
        if (!(magnitude < 20))
            return double.IsNaN(x) ? x : Math.Sign(x);
        // Below a half, where 1 - e^-2x would cancel, by the continued fraction x / (1 + x^2 / (3 + x^2 / (5 + ...))).
        double square = x * x;
        if (magnitude < 0.5)
        {
            double denominator = 19;
            for (int n = 17; n >= 1; n -= 2)
                denominator = n + square / denominator;
            return x / denominator;
        }

        double tanh = 1 - 2 / (Exp(2 * magnitude) + 1);
        return x < 0 ? -tanh : tanh;
    }

    /// <summary>A number to a whole power.</summary>
    public static double Power(double x, int exponent)
    {
        double result = 1;
        for (double factor = x; exponent > 0; exponent >>= 1, factor *= factor)
        {
            if ((exponent & 1) != 0)
                result *= factor;
        }

        return result;
    }

    /// <summary>The cosine of a part of a full turn.</summary>
    /// <param name="turns">From 0 to 1.</param>
    public static double CosOfTurns(double turns)
    {
        // By symmetry an eighth of a turn is enough.
        double t = turns > 0.5 ? 1 - turns : turns;
        bool negative = t > 0.25;
        if (negative)
            t = 0.5 - t;
        double value = t <= 0.125 ? Cos(2 * Math.PI * t) : Sin(2 * Math.PI * (0.25 - t));
        return negative ? -value : value;
    }

    /// <summary>The sine of a part of a full turn.</summary>
    /// <param name="turns">From 0 to 1.</param>
    public static double SinOfTurns(double turns) => CosOfTurns(turns >= 0.25 ? turns - 0.25 : turns + 0.75);

    private static double Cos(double x)
    {
        double square = x * x;
        double sum = 1;
        for (int n = 16; n >= 2; n -= 2)
            sum = 1 - sum * square / (n * (n - 1));
        return sum;
    }

    private static double Sin(double x)
    {
        double square = x * x;
        double sum = 1;
        for (int n = 17; n >= 3; n -= 2)
            sum = 1 - sum * square / (n * (n - 1));
        return x * sum;
    }
}
