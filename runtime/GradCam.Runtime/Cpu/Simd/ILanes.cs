namespace GradCam.Cpu.Simd;

/// <summary>
/// A SIMD register of floats, so that a kernel is written once and compiled for every width. The one-lane form is for the tail of a row:
/// it computes, lane for lane, the same expression. A mask is a value whose lanes are all ones or all zeros.
/// </summary>
internal interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    /// <summary>Lanes.</summary>
    static abstract int Count { get; }

    /// <summary>Zero in every lane.</summary>
    static abstract TSelf Zero { get; }

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary>Bitwise and: a mask's lanes, or zero.</summary>
    static abstract TSelf operator &(TSelf left, TSelf right);

    static abstract TSelf operator <(TSelf left, TSelf right);

    static abstract TSelf operator >(TSelf left, TSelf right);

    static abstract TSelf operator <=(TSelf left, TSelf right);

    static abstract TSelf operator >=(TSelf left, TSelf right);

    /// <summary>Lanes from memory; <paramref name="address"/> needs no alignment.</summary>
    static abstract unsafe TSelf Load(float* address);

    /// <summary>Lanes to memory; <paramref name="address"/> needs no alignment.</summary>
    static abstract unsafe void Store(TSelf value, float* address);

    /// <summary>One value in every lane.</summary>
    static abstract TSelf All(float value);

    /// <summary>a b + c, fused where the hardware does that.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>The larger; NaN where either is.</summary>
    static abstract TSelf Max(TSelf left, TSelf right);

    /// <summary>The larger of a bound and a value; NaN where the value is. Where the bound is NaN, the value or NaN. One instruction.</summary>
    static abstract TSelf AtLeast(TSelf bound, TSelf value);

    /// <summary>The smaller of a bound and a value; NaN where the value is. The bound is a number. One instruction.</summary>
    static abstract TSelf AtMost(TSelf bound, TSelf value);

    /// <summary>Lane by lane, <paramref name="whereTrue"/> or <paramref name="whereFalse"/>.</summary>
    static abstract TSelf Select(TSelf mask, TSelf whereTrue, TSelf whereFalse);

    /// <summary>A mask of the lanes that are equal (NaN is not).</summary>
    static abstract TSelf Equal(TSelf left, TSelf right);

    /// <summary>Is there a NaN in any lane?</summary>
    static abstract bool IsAnyNaN(TSelf value);

    /// <summary>The magnitude.</summary>
    static abstract TSelf Abs(TSelf value);

    /// <summary>The square root.</summary>
    static abstract TSelf Sqrt(TSelf value);

    /// <summary>
    /// Adds to the exponent of <paramref name="value"/> the integer in the low bits of <paramref name="shifted"/> (an integer plus 1.5 * 2^23).
    /// </summary>
    static abstract TSelf Scale(TSelf value, TSelf shifted);

    /// <summary>x - floor(x); where x is below -126, anything from 0 to 1.</summary>
    static abstract TSelf Fraction(TSelf x);

    /// <summary>value * 2^floor(exponent) for a value from 1 to 2 and exponents up to 126; where they are below -126, nothing above 2^-125.</summary>
    static abstract TSelf TimesPowerOfTwo(TSelf value, TSelf exponent);

    /// <summary>A positive normal number's m and e: value = m 2^e with m in [sqrt 1/2, sqrt 2).</summary>
    static abstract TSelf Split(TSelf value, out TSelf exponent);

    /// <summary>The sum of the lanes, in a fixed order.</summary>
    static abstract float Sum(TSelf value);

    /// <summary>The largest lane; NaN where any is.</summary>
    static abstract float Largest(TSelf value);
}
