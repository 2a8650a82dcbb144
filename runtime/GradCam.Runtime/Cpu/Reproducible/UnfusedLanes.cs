using System.Numerics;
using System.Runtime.CompilerServices;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Reproducible;

/// <summary>
/// As many floats as the machine's vectors hold, of which each lane is computed by operations that IEEE 754 rounds in one way: no fused products, no estimates,
/// and of equal zeros and NaN always the same one. What a lane computes does not depend on the width, so nothing may be summed across lanes.
/// </summary>
internal readonly unsafe struct UnfusedLanes : ILanes<UnfusedLanes>
{
    private readonly Vector<float> _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public UnfusedLanes(Vector<float> value) => _value = value;

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector<float>.Count;
    }

    public static UnfusedLanes Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => default;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UnfusedLanes operator +(UnfusedLanes left, UnfusedLanes right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UnfusedLanes operator -(UnfusedLanes left, UnfusedLanes right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UnfusedLanes operator *(UnfusedLanes left, UnfusedLanes right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UnfusedLanes operator /(UnfusedLanes left, UnfusedLanes right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UnfusedLanes operator &(UnfusedLanes left, UnfusedLanes right) => new(left._value & right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UnfusedLanes operator <(UnfusedLanes left, UnfusedLanes right) => Mask(Vector.LessThan(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UnfusedLanes operator >(UnfusedLanes left, UnfusedLanes right) => Mask(Vector.GreaterThan(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UnfusedLanes operator <=(UnfusedLanes left, UnfusedLanes right) => Mask(Vector.LessThanOrEqual(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UnfusedLanes operator >=(UnfusedLanes left, UnfusedLanes right) => Mask(Vector.GreaterThanOrEqual(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UnfusedLanes Load(float* address) => new(Vector.Load(address));

    /// <summary>The first lanes from memory, the others zero.</summary>
    /// <param name="address">The first.</param>
    /// <param name="count">How many there are; all where there are more.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UnfusedLanes Load(float* address, nint count) => count >= Count ? Load(address) : LoadFirst(address, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(UnfusedLanes value, float* address) => value._value.Store(address);

    /// <summary>The first lanes to memory.</summary>
    /// <param name="value">The lanes.</param>
    /// <param name="address">Where the first one goes.</param>
    /// <param name="count">How many there are; all where there are more.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(UnfusedLanes value, float* address, nint count)
    {
        if (count >= Count)
            Store(value, address);
        else
            StoreFirst(value, address, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UnfusedLanes All(float value) => new(new Vector<float>(value));

    /// <summary>a b, rounded, and then + c, rounded: no compiler of .NET's makes one operation of two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UnfusedLanes MultiplyAdd(UnfusedLanes a, UnfusedLanes b, UnfusedLanes c) => new(a._value * b._value + c._value);

    /// <summary>The larger; NaN where either is, and of equals the left one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UnfusedLanes Max(UnfusedLanes left, UnfusedLanes right)
    {
        UnfusedLanes larger = Select(right > left, right, left);
        return Select(Equal(right, right), larger, right);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UnfusedLanes AtLeast(UnfusedLanes bound, UnfusedLanes value) => Select(bound > value, bound, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UnfusedLanes AtMost(UnfusedLanes bound, UnfusedLanes value) => Select(bound < value, bound, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UnfusedLanes Select(UnfusedLanes mask, UnfusedLanes whereTrue, UnfusedLanes whereFalse) =>
        new(Vector.ConditionalSelect(Vector.AsVectorInt32(mask._value), whereTrue._value, whereFalse._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UnfusedLanes Equal(UnfusedLanes left, UnfusedLanes right) => Mask(Vector.Equals(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsAnyNaN(UnfusedLanes value) => !Vector.EqualsAll(value._value, value._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UnfusedLanes Abs(UnfusedLanes value) => new(Vector.Abs(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UnfusedLanes Sqrt(UnfusedLanes value) => new(Vector.SquareRoot(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UnfusedLanes Scale(UnfusedLanes value, UnfusedLanes shifted) => AddToExponent(value, Vector.AsVectorInt32(shifted._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UnfusedLanes Fraction(UnfusedLanes x)
    {
        x = AtLeast(All(LaneMath.LowestExponent), x);
        return new(x._value - Vector.Floor(x._value));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UnfusedLanes TimesPowerOfTwo(UnfusedLanes value, UnfusedLanes exponent) =>
        AddToExponent(value, Vector.ConvertToInt32(Vector.Floor(AtLeast(All(LaneMath.LowestExponent), exponent)._value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UnfusedLanes Split(UnfusedLanes value, out UnfusedLanes exponent)
    {
        // The bits of sqrt 1/2 taken off, the exponent field counts from sqrt 1/2 instead of 1.
        Vector<int> bits = Vector.AsVectorInt32(value._value) - new Vector<int>(LaneMath.SqrtHalfBits);
        exponent = new(Vector.ConvertToSingle(bits >> 23));
        return new(Vector.AsVectorSingle((bits & new Vector<int>(LaneMath.FractionMask)) + new Vector<int>(LaneMath.SqrtHalfBits)));
    }

    /// <summary>Not here: the order would depend on the width.</summary>
    public static float Sum(UnfusedLanes value) => throw new NotSupportedException("Sums across lanes have another order on each machine.");

    /// <summary>Not here: nothing needs it.</summary>
    public static float Largest(UnfusedLanes value) => throw new NotSupportedException("Nothing is compared across lanes.");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static UnfusedLanes Mask(Vector<int> mask) => new(Vector.AsVectorSingle(mask));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static UnfusedLanes AddToExponent(UnfusedLanes value, Vector<int> integer) =>
        new(Vector.AsVectorSingle(Vector.AsVectorInt32(value._value) + (integer << 23)));

    private static UnfusedLanes LoadFirst(float* address, nint count)
    {
        float* lanes = stackalloc float[Count];
        for (nint i = 0; i < Count; i++)
            lanes[i] = i < count ? address[i] : 0;
        return Load(lanes);
    }

    private static void StoreFirst(UnfusedLanes value, float* address, nint count)
    {
        float* lanes = stackalloc float[Count];
        Store(value, lanes);
        for (nint i = 0; i < count; i++)
            address[i] = lanes[i];
    }
}
