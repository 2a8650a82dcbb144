using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GradCam.Numerics;

/// <summary>
/// F16 to F32, exactly. Sign, exponent and fraction are moved to their places in 32 bits, where the exponent is 112 too small: a multiplication puts that
/// right, for subnormal numbers too. Infinity and NaN keep their exponent of all ones.
/// </summary>
internal static class HalfBits
{
    /// <summary>Sign, the lower half of the exponent's bits, and fraction, in 32 bits.</summary>
    public const uint SignAndRest = 0x8FFFE000;

    /// <summary>The exponent's bits: all ones for infinity and NaN.</summary>
    public const ushort HalfExponent = 0x7C00;

    private const uint SingleExponent = 0x7F800000;

    /// <summary>2^112.</summary>
    public const float Rebias = 5.192296858534828e33f;

    /// <summary>Converts the bits in the low halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ToSingle(Vector512<uint> half)
    {
        Vector512<uint> placed = ((half << 16).AsInt32() >> 3).AsUInt32() & Vector512.Create(SignAndRest);
        Vector512<uint> value = (placed.AsSingle() * Vector512.Create(Rebias)).AsUInt32();
        Vector512<uint> exponent = Vector512.Create((uint)HalfExponent);
        return Vector512.ConditionalSelect(Vector512.Equals(half & exponent, exponent), value | Vector512.Create(SingleExponent), value).AsSingle();
    }

    /// <summary>Converts the bits in the low halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ToSingle(Vector256<uint> half)
    {
        Vector256<uint> placed = ((half << 16).AsInt32() >> 3).AsUInt32() & Vector256.Create(SignAndRest);
        Vector256<uint> value = (placed.AsSingle() * Vector256.Create(Rebias)).AsUInt32();
        Vector256<uint> exponent = Vector256.Create((uint)HalfExponent);
        return Vector256.ConditionalSelect(Vector256.Equals(half & exponent, exponent), value | Vector256.Create(SingleExponent), value).AsSingle();
    }

    /// <summary>Converts the bits in the low halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ToSingle(Vector128<uint> half)
    {
        Vector128<uint> placed = ((half << 16).AsInt32() >> 3).AsUInt32() & Vector128.Create(SignAndRest);
        Vector128<uint> value = (placed.AsSingle() * Vector128.Create(Rebias)).AsUInt32();
        Vector128<uint> exponent = Vector128.Create((uint)HalfExponent);
        return Vector128.ConditionalSelect(Vector128.Equals(half & exponent, exponent), value | Vector128.Create(SingleExponent), value).AsSingle();
    }
}
