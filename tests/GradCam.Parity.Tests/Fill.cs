using System.Text;

namespace GradCam.Parity.Tests;

/// <summary>
/// The values of a golden network's weights and input, which are not stored: both sides make them from the tensor's name. The formula is <c>fill</c> of
/// Golden/make_golden.py.
/// </summary>
internal static class Fill
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    /// <summary>Elements a task; below two of them one thread is enough.</summary>
    private const int Block = 1 << 18;

    private enum Kind
    {
        Input,
        LayerScale,
        Positive,
        Vector,
        Matrix,
    }

    /// <summary>64-bit FNV-1a of the name's UTF-8 bytes.</summary>
    public static ulong Hash(string text)
    {
        ulong hash = 0xcbf29ce484222325;
        foreach (byte b in Encoding.UTF8.GetBytes(text))
            hash = (hash ^ b) * 0x100000001b3;
        return hash;
    }

    /// <summary>Fills a tensor.</summary>
    /// <param name="name">Its name; the input's is <c>input</c>.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="destination">As long as the tensor.</param>
    public static void Values(string name, ReadOnlySpan<int> shape, Span<float> destination)
    {
        double scale = shape.Length >= 2 ? Math.Pow(6.0 / (destination.Length / shape[0]), 0.5) : 1;
        Run(Hash(name), KindOf(name, shape.Length), scale, destination);
    }

    private static Kind KindOf(string name, int rank)
    {
        if (name == "input")
            return Kind.Input;
        if (name.EndsWith("layer_scale", StringComparison.Ordinal))
            return Kind.LayerScale;
        if (name.EndsWith("running_var", StringComparison.Ordinal) || (rank == 1 && name.EndsWith(".weight", StringComparison.Ordinal)))
            return Kind.Positive;
        return rank <= 1 ? Kind.Vector : Kind.Matrix;
    }

    private static unsafe void Run(ulong seed, Kind kind, double scale, Span<float> destination)
    {
        int length = destination.Length;
        // The span outlives the loop: Parallel.For returns when all blocks are done.
        fixed (float* start = destination)
        {
            float* values = start;
            if (length < 2 * Block)
                Run(seed, kind, scale, destination, 0);
            else
                Parallel.For(0, (length + Block - 1) / Block, block => RunBlock(values, block * Block));
        }

        void RunBlock(float* values, int first) => Run(seed, kind, scale, new Span<float>(values + first, Math.Min(Block, length - first)), first);
    }

    private static void Run(ulong seed, Kind kind, double scale, Span<float> destination, int first)
    {
        ulong state = seed + (ulong)first * Gamma;
        for (int i = 0; i < destination.Length; i++)
        {
            state += Gamma;
            double u = Uniform(state);
            destination[i] = kind switch
            {
                Kind.Input => (float)(4 * u - 2),
                Kind.LayerScale => (float)(0.1 + u / 10),
                Kind.Positive => (float)(0.75 + u / 2),
                Kind.Vector => (float)((u - 0.5) / 5),
                _ => (float)((2 * u - 1) * scale),
            };
        }
    }

    /// <summary>splitmix64's output function, its upper 53 bits as a number in [0, 1).</summary>
    private static double Uniform(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        z ^= z >> 31;
        return (z >> 11) * (1.0 / (1L << 53));
    }
}
