namespace GradCam.Gen.Build.Onnx;

/// <summary>16-bit floating point (IEEE 754 binary16 and bfloat16); the target framework has no Half.</summary>
internal static class HalfPrecision
{
    /// <summary>binary16: 1 sign, 5 exponent (bias 15), 10 fraction bits.</summary>
    public static float ToSingle(ushort bits)
    {
        float sign = (bits & 0x8000) == 0 ? 1f : -1f;
        int exponent = (bits >> 10) & 31;
        int fraction = bits & 1023;
        return exponent switch
        {
            0 => sign * fraction / 16777216f, // 2^-24: subnormal
            31 => fraction == 0 ? sign * float.PositiveInfinity : float.NaN,
            _ => FromBits((uint)((bits & 0x8000) << 16 | (exponent + 112) << 23 | fraction << 13)),
        };
    }

    /// <summary>bfloat16: the upper half of a binary32.</summary>
    public static float BrainToSingle(ushort bits) => FromBits((uint)bits << 16);

    private static unsafe float FromBits(uint bits) => *(float*)&bits;
}
