using System.Numerics;

namespace GradCam.Explain.Inputs.Numbers;

/// <summary>
/// Sobol's sequence of points that fill a cube evenly, in as many dimensions as are asked for, shifted at random (Sobol 1967; Bratley and Fox, "Algorithm
/// 659", ACM TOMS 1988). Each dimension has a primitive polynomial of its own, in order; the first direction numbers, which are free, come from the seed.
/// </summary>
internal sealed class SobolSequence
{
    private const int Bits = 32;

    private readonly uint[][] _directions;
    private readonly uint[] _shifts;

    public SobolSequence(int dimensions, CounterRandom random, ulong stream)
    {
        _directions = new uint[dimensions][];
        _shifts = new uint[dimensions];
        uint polynomial = 1;
        for (int d = 0; d < dimensions; d++)
        {
            _shifts[d] = (uint)random.Bits(stream, (ulong)d);
            // The first dimension is van der Corput's sequence.
            if (d > 0)
                polynomial = NextPrimitive(polynomial);
            _directions[d] = d == 0
                ? [.. Enumerable.Range(0, Bits).Select(bit => 1u << (Bits - 1 - bit))]
                : Directions(polynomial, random, stream + 1 + (ulong)d);
        }
    }

    /// <summary>A point's coordinate, from 0 to 1.</summary>
    public double this[uint point, int dimension]
    {
        get
        {
            uint value = _shifts[dimension];
            for (uint rest = point; rest != 0; rest &= rest - 1)
                value ^= _directions[dimension][BitOperations.TrailingZeroCount(rest)];
            return (value + 0.5) / (1UL << Bits);
        }
    }

    /// <summary>Direction numbers by the polynomial's recurrence.</summary>
    private static uint[] Directions(uint polynomial, CounterRandom random, ulong stream)
    {
        int degree = BitOperations.Log2(polynomial);
        uint[] directions = new uint[Bits];
        for (int i = 0; i < Bits; i++)
        {
            if (i < degree)
            {
                // An odd number below 2^(i + 1).
                uint first = (uint)random.Below(1 << i, stream, (ulong)i) * 2 + 1;
                directions[i] = first << (Bits - 1 - i);
                continue;
            }

            uint next = directions[i - degree] ^ (directions[i - degree] >> degree);
            for (int k = 1; k < degree; k++)
            {
                if (((polynomial >> (degree - k)) & 1) != 0)
                    next ^= directions[i - k];
            }

            directions[i] = next;
        }

        return directions;
    }

    /// <summary>The next primitive polynomial over two elements: its root's powers are all 2^degree - 1 polynomials of a lower degree.</summary>
    private static uint NextPrimitive(uint polynomial)
    {
        for (polynomial += polynomial == 1 ? 2u : 1; ; polynomial++)
        {
            int degree = BitOperations.Log2(polynomial);
            uint order = (1u << degree) - 1;
            bool primitive = (polynomial & 1) != 0 && Power(polynomial, degree, order) == 1;
            for (uint factor = 2, rest = order; primitive && rest > 1; factor++)
            {
                // What is left of its smaller factors is prime.
                if (factor * factor > rest)
                    factor = rest;
                if (rest % factor != 0)
                    continue;
                while (rest % factor == 0)
                    rest /= factor;
                primitive = Power(polynomial, degree, order / factor) != 1;
            }

            if (primitive)
                return polynomial;
        }
    }

    /// <summary>t to a power, modulo a polynomial.</summary>
    private static uint Power(uint polynomial, int degree, uint exponent)
    {
        uint result = 1;
        for (uint power = Reduce(2, polynomial, degree); exponent != 0; exponent >>= 1)
        {
            if ((exponent & 1) != 0)
                result = Multiply(result, power, polynomial, degree);
            power = Multiply(power, power, polynomial, degree);
        }

        return result;
    }

    private static uint Multiply(uint a, uint b, uint polynomial, int degree)
    {
        uint product = 0;
        for (; b != 0; b >>= 1)
        {
            if ((b & 1) != 0)
                product ^= a;
            a = Reduce(a << 1, polynomial, degree);
        }

        return product;
    }

    private static uint Reduce(uint a, uint polynomial, int degree) => (a >> degree & 1) != 0 ? a ^ polynomial : a;
}
