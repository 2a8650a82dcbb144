using GradCam.Numerics;

namespace GradCam.Explain.Inputs.Numbers;

/// <summary>
/// Random numbers by their place: number i of stream s is a function of the seed, s and i, so that it is the same whoever asks, in whatever order and on
/// whatever machine. SplitMix64's finaliser (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014).
/// </summary>
internal readonly struct CounterRandom(ulong seed)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>64 bits.</summary>
    public ulong Bits(ulong stream, ulong index) => Mix(Mix(Mix(seed + Golden) + stream * 0xD1342543DE82EF95) + (index + 1) * Golden);

    /// <summary>A number from 0 (included) to 1 (excluded).</summary>
    public double Uniform(ulong stream, ulong index) => (Bits(stream, index) >> 11) * (1.0 / (1UL << 53));

    /// <summary>An integer from 0 to <paramref name="count"/> - 1.</summary>
    public int Below(int count, ulong stream, ulong index) => (int)Math.BigMul(Bits(stream, index), (ulong)count, out _);

    /// <summary>Fills with standard normal numbers (Box and Muller 1958).</summary>
    public void FillNormal(ulong stream, Span<float> destination)
    {
        for (int i = 0; i < destination.Length; i += 2)
        {
            double radius = Math.Sqrt(-2 * PortableMath.Log(1 - Uniform(stream, (ulong)i)));
            double turns = Uniform(stream, (ulong)i + 1);
            destination[i] = (float)(radius * PortableMath.CosOfTurns(turns));
            if (i + 1 < destination.Length)
                destination[i + 1] = (float)(radius * PortableMath.SinOfTurns(turns));
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
