using System.Runtime.CompilerServices;
using GradCam.Numerics;

namespace GradCam.Cpu.Simd;

/// <summary>One float: a row's tail.</summary>
internal readonly struct Lanes1 : ILanes<Lanes1>
{
    private readonly float _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes1(float value) => _value = value;

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1;
    }

    public static Lanes1 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => default;
    }

    public float Value
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 operator +(Lanes1 left, Lanes1 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 operator -(Lanes1 left, Lanes1 right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 operator *(Lanes1 left, Lanes1 right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 operator /(Lanes1 left, Lanes1 right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 operator &(Lanes1 left, Lanes1 right) => FromBits(Bits(left) & Bits(right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 operator <(Lanes1 left, Lanes1 right) => Mask(left._value < right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 operator >(Lanes1 left, Lanes1 right) => Mask(left._value > right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 operator <=(Lanes1 left, Lanes1 right) => Mask(left._value <= right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 operator >=(Lanes1 left, Lanes1 right) => Mask(left._value >= right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Lanes1 Load(float* address) => new(*address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Store(Lanes1 value, float* address) => *address = value._value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 All(float value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 MultiplyAdd(Lanes1 a, Lanes1 b, Lanes1 c) => new(Fused.MultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Max(Lanes1 left, Lanes1 right) => new(MathF.Max(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 AtLeast(Lanes1 bound, Lanes1 value) => bound._value > value._value ? bound : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 AtMost(Lanes1 bound, Lanes1 value) => bound._value < value._value ? bound : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Select(Lanes1 mask, Lanes1 whereTrue, Lanes1 whereFalse) => Bits(mask) != 0 ? whereTrue : whereFalse;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Equal(Lanes1 left, Lanes1 right) => Mask(left._value == right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsAnyNaN(Lanes1 value) => float.IsNaN(value._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Abs(Lanes1 value) => new(MathF.Abs(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Sqrt(Lanes1 value) => new(MathF.Sqrt(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Scale(Lanes1 value, Lanes1 shifted) => FromBits(Bits(value) + (Bits(shifted) << 23));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Fraction(Lanes1 x)
    {
        x = AtLeast(new(LaneMath.LowestExponent), x);
        return new(x._value - MathF.Floor(x._value));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 TimesPowerOfTwo(Lanes1 value, Lanes1 exponent)
    {
        float whole = MathF.Floor(AtLeast(new(LaneMath.LowestExponent), exponent)._value);
        return FromBits(Bits(value) + (float.ConvertToIntegerNative<int>(whole) << 23));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Split(Lanes1 value, out Lanes1 exponent)
    {
        int bits = Bits(value) - LaneMath.SqrtHalfBits;
        exponent = new(bits >> 23);
        return FromBits((bits & LaneMath.FractionMask) + LaneMath.SqrtHalfBits);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes1 value) => value._value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Lanes1 value) => value._value;

    private static int Bits(Lanes1 value) => BitConverter.SingleToInt32Bits(value._value);

    private static Lanes1 FromBits(int bits) => new(BitConverter.Int32BitsToSingle(bits));

    private static Lanes1 Mask(bool condition) => FromBits(condition ? -1 : 0);
}
