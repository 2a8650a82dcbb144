using ILGPU;

namespace GradCam.Gpu.Kernels;

/// <summary>
/// Functions of float32, in additions, multiplications and divisions alone: a GPU's own are coarser and differ from one to the next, and CUDA's library for
/// them is not part of its driver. NaN gives NaN.
/// </summary>
internal static class DeviceMath
{
    private const float Log2E = 1.44269504f;

    // ln 2 in two parts, of which the first has so few bits that its product with a small integer is exact.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    /// <summary>exp(x).</summary>
    public static float Exp(float x)
    {
        float clamped = x > 90f ? 90f : x < -105f ? -105f : x;
        float scaled = clamped * Log2E;
        int n = (int)(scaled + (scaled < 0 ? -0.5f : 0.5f));
        float r = clamped - n * Ln2High - n * Ln2Low;
        return (1 + ExpTail(r)) * PowerOf2(n);
    }

    /// <summary>exp(x) - 1, also where x is small.</summary>
    public static float Expm1(float x) => x > -0.35f && x < 0.35f ? ExpTail(x) : Exp(x) - 1;

    /// <summary>The natural logarithm of a number that is not negative.</summary>
    public static float Log(float x)
    {
        // NaN and infinity; what is subnormal counts as the smallest normal number.
        if (!(x < float.PositiveInfinity))
            return x;

        uint bits = Interop.FloatAsInt(x < 1.17549435e-38f ? 1.17549435e-38f : x);
        int exponent = (int)(bits >> 23) - 127;
        float mantissa = Interop.IntAsFloat((bits & 0x7fffffu) | 0x3f800000u);
        if (mantissa > 1.41421356f)
        {
            mantissa *= 0.5f;
            exponent++;
        }

        // log m = 2 artanh((m - 1) / (m + 1)), of which the argument is below 0.172.
        float s = (mantissa - 1) / (mantissa + 1);
        float q = s * s;
        float series = q * (0.333333333f + q * (0.2f + q * (0.142857143f + q * 0.111111111f)));
        return exponent * Ln2High + (exponent * Ln2Low + 2 * (s + s * series));
    }

    /// <summary>The larger of two, NaN where one is NaN.</summary>
    public static float Larger(float a, float b) => a > b || float.IsNaN(a) ? a : b;

    /// <summary>x to a power, for positive x.</summary>
    public static float Pow(float x, float exponent) => Exp(exponent * Log(x));

    /// <summary>tanh x.</summary>
    public static float Tanh(float x)
    {
        float magnitude = x < 0 ? -x : x;
        if (magnitude > 10f)
            return x < 0 ? -1f : 1f;

        float e = Expm1(2 * magnitude);
        float t = e / (e + 2);
        return x < 0 ? -t : t;
    }

    /// <summary>1 / (1 + exp(-x)).</summary>
    public static float Sigmoid(float x) => 1 / (1 + Exp(-x));

    /// <summary>log(1 + exp(x)), without overflow and without cancellation (Kahan).</summary>
    public static float Softplus(float x)
    {
        float u = Exp(x < 0 ? x : -x);
        float w = 1 + u;
        float log1p = w == 1 ? u : Log(w) * (u / (w - 1));
        return x < 0 ? log1p : x + log1p;
    }

    /// <summary>
    /// The standard normal distribution function, from a rational approximation of erfc of relative error 1.2e-7 (Press et al., Numerical Recipes, 6.2).
    /// </summary>
    public static float Normal(float x)
    {
        float z = (x < 0 ? -x : x) * 0.707106781f;
        float t = 1 / (1 + 0.5f * z);
        float polynomial = -1.26551223f + t * (1.00002368f + t * (0.37409196f + t * (0.09678418f + t * (-0.18628806f + t * (0.27886807f
            + t * (-1.13520398f + t * (1.48851587f + t * (-0.82215223f + t * 0.17087277f))))))));
        float half = 0.5f * t * Exp(polynomial - z * z);
        return x < 0 ? half : 1 - half;
    }

    /// <summary>exp(x) - 1 for x of at most about 0.35, by Taylor's series.</summary>
    private static float ExpTail(float x) =>
        x * (1 + x * (0.5f + x * (0.166666667f + x * (0.0416666667f + x * (8.33333333e-3f + x * (1.38888889e-3f + x * 1.98412698e-4f))))));

    /// <summary>2 to a power from -151 to 130, in two factors, since their product may be infinite or subnormal.</summary>
    private static float PowerOf2(int n)
    {
        int half = n / 2;
        return Interop.IntAsFloat((uint)(half + 127) << 23) * Interop.IntAsFloat((uint)(n - half + 127) << 23);
    }
}
