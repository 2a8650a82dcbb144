using System.Numerics;

namespace GradCam.Gpu.Kernels;

/// <summary>
/// A divisor that is the same for a launch. A quotient is a product and two shifts, where a GPU takes about 20 instructions to divide: of n below 2^31 it is
/// n * ceil(2^(31 + s) / d) / 2^(31 + s), s being the bits of d - 1.
/// </summary>
internal struct Divisor
{
    public int Value;
    public uint Multiplier;
    public int Shift;

    /// <summary>Prepares to divide by a number.</summary>
    /// <param name="value">1 or more; by 0, of maps that are not there, all quotients are 0.</param>
    public Divisor(int value)
    {
        Value = value;
        if (value == 0)
            return;

        Shift = 32 - BitOperations.LeadingZeroCount((uint)value - 1);
        Multiplier = (uint)(((1UL << (31 + Shift)) + (uint)value - 1) / (uint)value);
    }

    /// <summary>n / d, of an n that is not negative.</summary>
    public static int Quotient(int n, Divisor divisor) => (int)((uint)(((ulong)((uint)n << 1) * divisor.Multiplier) >> 32) >> divisor.Shift);
}
