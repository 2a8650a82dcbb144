using System.Runtime.CompilerServices;

namespace GradCam.Cpu.Simd;

/// <summary>Elementary functions in float accuracy. Relative errors are in units of 1e-7, over all finite floats whose result is a normal number.</summary>
internal static class LaneMath
{
    /// <summary>The bits of sqrt 1/2.</summary>
    public const int SqrtHalfBits = 0x3F3504F3;

    /// <summary>The bits of a float's fraction.</summary>
    public const int FractionMask = 0x007FFFFF;

    /// <summary>The exponent of the smallest normal number.</summary>
    public const float LowestExponent = -126;

    /// <summary>e^x; 0 below the smallest normal number, infinity above the largest. Error 1.8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp<V>(V x)
        where V : struct, ILanes<V>
    {
        const float Lowest = -87.3365f;
        const float Highest = 88.7228394f;
        V inRange = ExpInRange(V.AtMost(V.All(Highest), V.AtLeast(V.All(Lowest), x)));

        // Not above the highest is false for NaN, which the sum keeps.
        V result = V.Select(x < V.All(Lowest), V.Zero, inRange);
        return V.Select(x <= V.All(Highest), result, x + V.All(float.PositiveInfinity));
    }

    /// <summary>
    /// e^x - 1 for x &lt;= 0; the rest is not used. Error 3 relative to the result: near 0 the difference would cancel, so a series takes its place.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ExpMinusOne<V>(V x)
        where V : struct, ILanes<V>
    {
        V p = V.MultiplyAdd(V.All(1f / 5040), x, V.All(1f / 720));
        p = V.MultiplyAdd(p, x, V.All(1f / 120));
        p = V.MultiplyAdd(p, x, V.All(1f / 24));
        p = V.MultiplyAdd(p, x, V.All(1f / 6));
        p = V.MultiplyAdd(p, x, V.All(0.5f));
        V series = V.MultiplyAdd(p, x * x, x);
        return V.Select(x > V.All(-0.5f), series, Exp(x) - V.All(1f));
    }

    /// <summary>log x for a positive normal x; NaN for NaN. Error 1.5. Polynomial: Moshier, Cephes, logf.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log<V>(V x)
        where V : struct, ILanes<V>
    {
        V m = V.Split(x, out V e) - V.All(1f);
        V p = V.MultiplyAdd(V.All(7.0376836292e-2f), m, V.All(-1.1514610310e-1f));
        p = V.MultiplyAdd(p, m, V.All(1.1676998740e-1f));
        p = V.MultiplyAdd(p, m, V.All(-1.2420140846e-1f));
        p = V.MultiplyAdd(p, m, V.All(1.4249322787e-1f));
        p = V.MultiplyAdd(p, m, V.All(-1.6668057665e-1f));
        p = V.MultiplyAdd(p, m, V.All(2.0000714765e-1f));
        p = V.MultiplyAdd(p, m, V.All(-2.4999993993e-1f));
        p = V.MultiplyAdd(p, m, V.All(3.3333331174e-1f));
        V square = m * m;
        V tail = V.MultiplyAdd(e, V.All(-2.12194440e-4f), p * m * square);
        tail = V.MultiplyAdd(square, V.All(-0.5f), tail);
        return V.Select(V.Equal(x, x), V.MultiplyAdd(e, V.All(0.693359375f), m + tail), x);
    }

    /// <summary>tanh x. Error 3.1. Rational minimax approximation of tanh(x) / x in x^2 on |x| &lt;= 9.01, where it reaches 1 in float.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh<V>(V x)
        where V : struct, ILanes<V>
    {
        x = V.AtMost(V.All(9.01f), V.AtLeast(V.All(-9.01f), x));
        V z = x * x;
        V p = V.MultiplyAdd(V.All(1.82086949684912e-11f), z, V.All(-1.2762073176020294e-8f));
        p = V.MultiplyAdd(p, z, V.All(9.261255399906076e-6f));
        p = V.MultiplyAdd(p, z, V.All(2.920084400102496e-3f));
        p = V.MultiplyAdd(p, z, V.All(0.1291859745979309f));
        p = V.MultiplyAdd(p, z, V.All(0.9999999403953552f));
        V q = V.MultiplyAdd(V.All(2.2800665465183556e-4f), z, V.All(2.3760393261909485e-2f));
        q = V.MultiplyAdd(q, z, V.All(0.4625188112258911f));
        q = V.MultiplyAdd(q, z, V.All(1f));
        return V.AtMost(V.All(1f), V.AtLeast(V.All(-1f), x * p / q));
    }

    /// <summary>erf x. Error 2.7. Rational minimax approximation of erf(x) / x in x^2 on |x| &lt;= 3.925, where it reaches 1 but for the error.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Erf<V>(V x)
        where V : struct, ILanes<V>
    {
        x = V.AtMost(V.All(3.925f), V.AtLeast(V.All(-3.925f), x));
        V z = x * x;
        V p = V.MultiplyAdd(V.All(2.0460281575651607e-6f), z, V.All(2.8484236099757254e-4f));
        p = V.MultiplyAdd(p, z, V.All(3.77251417376101e-3f));
        p = V.MultiplyAdd(p, z, V.All(5.276918411254883e-2f));
        p = V.MultiplyAdd(p, z, V.All(0.19059297442436218f));
        p = V.MultiplyAdd(p, z, V.All(1.1283791065216064f));
        V q = V.MultiplyAdd(V.All(3.804772495641373e-5f), z, V.All(1.1638484429568052e-3f));
        q = V.MultiplyAdd(q, z, V.All(1.4983125030994415e-2f));
        q = V.MultiplyAdd(q, z, V.All(0.11418239027261734f));
        q = V.MultiplyAdd(q, z, V.All(0.5022413730621338f));
        q = V.MultiplyAdd(q, z, V.All(1f));
        return x * p / q;
    }

    /// <summary>1 / (1 + e^-x), where it is above 2e-38. Error 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid<V>(V x)
        where V : struct, ILanes<V> =>
        V.Select(V.Equal(x, x), V.All(1f) / (V.All(1f) + ExpInRange(V.AtMost(V.All(87f), V.AtLeast(V.All(-87f), V.Zero - x)))), x);

    /// <summary>
    /// x / (1 + e^-x). Error 3 for x &gt; -4; below, where the function goes to zero, 0.6 |x|: -x / log 2 is rounded once, where <see cref="Exp"/> keeps what
    /// that loses. e^-x is 2 to its fraction, by a minimax polynomial, times 2 to its whole: eleven instructions in all with AVX-512.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Silu<V>(V x)
        where V : struct, ILanes<V>
    {
        V exponent = V.AtMost(V.All(126f), x * V.All(-1.44269504f));
        V f = V.Fraction(exponent);
        V p = V.MultiplyAdd(V.All(1.8775767e-3f), f, V.All(8.9893397e-3f));
        p = V.MultiplyAdd(p, f, V.All(5.5826318e-2f));
        p = V.MultiplyAdd(p, f, V.All(0.24015361f));
        p = V.MultiplyAdd(p, f, V.All(0.69315308f));
        p = V.MultiplyAdd(p, f, V.All(0.99999994f));
        return x / (V.All(1f) + V.TimesPowerOfTwo(p, exponent));
    }

    /// <summary>log(1 + e^x) = max(x, 0) + 2 artanh(t / (2 + t)) with t = e^-|x|. Error 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Softplus<V>(V x)
        where V : struct, ILanes<V>
    {
        V t = Exp(V.Zero - V.Abs(x));

        // s <= 1/3: the series s + s^3 / 3 + s^5 / 5 + ... is left at s^15 with a rest below 2e-9 s.
        V s = t / (V.All(2f) + t);
        V z = s * s;
        V p = V.MultiplyAdd(V.All(1f / 15), z, V.All(1f / 13));
        p = V.MultiplyAdd(p, z, V.All(1f / 11));
        p = V.MultiplyAdd(p, z, V.All(1f / 9));
        p = V.MultiplyAdd(p, z, V.All(1f / 7));
        p = V.MultiplyAdd(p, z, V.All(1f / 5));
        p = V.MultiplyAdd(p, z, V.All(1f / 3));
        p = V.MultiplyAdd(p, z, V.All(1f));
        return V.MultiplyAdd(s + s, p, V.AtLeast(V.Zero, x));
    }

    /// <summary>x^y for a positive normal x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Power<V>(V x, float y)
        where V : struct, ILanes<V> =>
        Exp(V.All(y) * Log(x));

    /// <summary>e^x for x from -87.3365 to 88.7228. A NaN may be lost. Polynomial: minimax with 1 + x for its first terms.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ExpInRange<V>(V x)
        where V : struct, ILanes<V>
    {
        const float Shift = 12582912f;

        // x = n log 2 + r, |r| <= log(2) / 2. Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits.
        V shifted = V.MultiplyAdd(x, V.All(1.44269504f), V.All(Shift));
        V n = shifted - V.All(Shift);
        V r = V.MultiplyAdd(n, V.All(-0.693359375f), x);
        r = V.MultiplyAdd(n, V.All(2.12194440e-4f), r);
        V p = V.MultiplyAdd(V.All(8.312501013278961e-3f), r, V.All(4.1890330612659454e-2f));
        p = V.MultiplyAdd(p, r, V.All(0.16667115688323975f));
        p = V.MultiplyAdd(p, r, V.All(0.499992311000824f));
        p = V.MultiplyAdd(p, r, V.All(1f));
        p = V.MultiplyAdd(p, r, V.All(1f));
        return V.Scale(p, shifted);
    }
}
