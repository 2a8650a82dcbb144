namespace GradCam.Gen.Build.Onnx;

/// <summary>Functions that the target framework lacks, in double precision.</summary>
internal static class SpecialFunctions
{
    /// <summary>
    /// Error function: its Maclaurin series near 0 and the continued fraction of erfc beyond (Abramowitz and Stegun 7.1.6, 7.1.14); accurate to 1e-13.
    /// </summary>
    public static double Erf(double x)
    {
        double z = Math.Abs(x);
        if (z > 6)
            return Math.Sign(x);
        double result;
        if (z < 2.5)
        {
            // erf z = 2/sqrt(pi) exp(-z^2) sum 2^n z^(2n+1) / (2n+1)!!
            double term = z, sum = z;
            for (int n = 1; n < 100 && term > sum * 1e-17; n++)
            {
                term *= 2 * z * z / (2 * n + 1);
                sum += term;
            }
            result = 2 / Math.Sqrt(Math.PI) * Math.Exp(-z * z) * sum;
        }
        else
        {
            double fraction = 0;
            for (int n = 60; n > 0; n--)
                fraction = n / 2.0 / (z + fraction);
            result = 1 - Math.Exp(-z * z) / Math.Sqrt(Math.PI) / (z + fraction);
        }
        return x < 0 ? -result : result;
    }

    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    public static double Softplus(double x) => x > 0 ? x + Math.Log(1 + Math.Exp(-x)) : Math.Log(1 + Math.Exp(x));

    public static double Gelu(double x) => x * (1 + Erf(x / Math.Sqrt(2))) / 2;

    public static double GeluTanh(double x) => x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))) / 2;
}
