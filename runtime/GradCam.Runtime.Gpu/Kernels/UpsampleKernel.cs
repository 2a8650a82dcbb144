using ILGPU;

namespace GradCam.Gpu.Kernels;

/// <summary>The arguments of <see cref="UpsampleKernel"/>.</summary>
internal struct UpsampleArgs
{
    public SampleArgs Samples;
    public MapArgs Output;
    public MapArgs Input;
    public int Interpolation;
    public GradientArgs Gradient;
}

/// <summary>Resizing within a network. Positions are fractions of integers, and so exact.</summary>
internal static class UpsampleKernel
{
    /// <summary>A thread an output: the mean of four inputs.</summary>
    public static void Run(ArrayView<float> arena, UpsampleArgs args)
    {
        MapArgs output = args.Output;
        MapArgs input = args.Input;
        int total = MapElement.Count(output, args.Samples);
        for (int i = SampleArgs.Thread; i < total; i += SampleArgs.Threads)
        {
            MapElement element = MapElement.Of(output, args.Samples, i);
            int start = element.Start, y = element.Y, x = element.X, c = element.C;
            int y0 = First(args.Interpolation, y, input.Height, output.Height);
            int x0 = First(args.Interpolation, x, input.Width, output.Width);
            float ty = Fraction(args.Interpolation, y, input.Height, output.Height);
            float tx = Fraction(args.Interpolation, x, input.Width, output.Width);
            int y1 = y0 + 1 < input.Height ? y0 + 1 : input.Height - 1;
            int x1 = x0 + 1 < input.Width ? x0 + 1 : input.Width - 1;
            // What weighs nothing is not read: it may be NaN or infinite.
            float value = (1 - ty) * Between(arena, input, start, y0, x0, x1, tx, c);
            if (ty != 0)
                value += ty * Between(arena, input, start, y1, x0, x1, tx, c);
            arena[start + MapArgs.At(output, y, x, c)] = value;
        }

        Halo.Clear(arena, args.Samples, output, SampleArgs.Thread, SampleArgs.Threads);
    }

    /// <summary>A thread an input: the sum of what it gave to outputs.</summary>
    public static void Gradient(ArrayView<float> arena, UpsampleArgs args)
    {
        MapArgs output = args.Output;
        MapArgs gradient = args.Input;
        int total = MapElement.Count(output, args.Samples);
        for (int i = SampleArgs.Thread; i < total; i += SampleArgs.Threads)
        {
            MapElement element = MapElement.Of(output, args.Samples, i);
            int start = element.Start, y = element.Y, x = element.X, c = element.C;
            int lastY = Last(args.Interpolation, y, output.Height, gradient.Height);
            int lastX = Last(args.Interpolation, x, output.Width, gradient.Width);
            int firstX = Earliest(args.Interpolation, x, output.Width, gradient.Width);
            float sum = 0;
            for (int oy = Earliest(args.Interpolation, y, output.Height, gradient.Height); oy <= lastY; oy++)
            {
                float wy = Weight(args.Interpolation, oy, y, output.Height, gradient.Height);
                for (int ox = firstX; ox <= lastX; ox++)
                {
                    float w = wy * Weight(args.Interpolation, ox, x, output.Width, gradient.Width);
                    if (w != 0)
                        sum += w * arena[start + MapArgs.At(gradient, oy, ox, c)];
                }
            }

            int position = start + MapArgs.At(output, y, x, c);
            arena[position] = GradientArgs.Complete(arena, args.Gradient, sum, start, position, y, x, c);
        }

        if (args.Gradient.Accumulates == 0)
            Halo.Clear(arena, args.Samples, output, SampleArgs.Thread, SampleArgs.Threads);
    }

    private static float Between(ArrayView<float> arena, MapArgs map, int start, int y, int x0, int x1, float t, int c)
    {
        float value = (1 - t) * arena[start + MapArgs.At(map, y, x0, c)];
        return t == 0 ? value : value + t * arena[start + MapArgs.At(map, y, x1, c)];
    }

    /// <summary>The position of output o among the inputs, times <see cref="Denominator"/>.</summary>
    private static int Numerator(int interpolation, int o, int inputs, int outputs)
    {
        if (interpolation == (int)Interpolation.Nearest)
            return o * inputs / outputs;
        if (interpolation == (int)Interpolation.BilinearAlignCorners)
            return outputs > 1 ? o * (inputs - 1) : 0;

        int numerator = (2 * o + 1) * inputs - outputs;
        return numerator < 0 ? 0 : numerator;
    }

    private static int Denominator(int interpolation, int outputs)
    {
        if (interpolation == (int)Interpolation.Nearest)
            return 1;

        return interpolation == (int)Interpolation.Bilinear ? 2 * outputs : outputs > 1 ? outputs - 1 : 1;
    }

    private static int First(int interpolation, int o, int inputs, int outputs)
    {
        int first = Numerator(interpolation, o, inputs, outputs) / Denominator(interpolation, outputs);
        return first < inputs ? first : inputs - 1;
    }

    private static float Fraction(int interpolation, int o, int inputs, int outputs)
    {
        int denominator = Denominator(interpolation, outputs);
        int numerator = Numerator(interpolation, o, inputs, outputs);
        return (numerator - First(interpolation, o, inputs, outputs) * denominator) / (float)denominator;
    }

    /// <summary>What input i weighs in output o.</summary>
    private static float Weight(int interpolation, int o, int i, int inputs, int outputs)
    {
        int first = First(interpolation, o, inputs, outputs);
        int second = first + 1 < inputs ? first + 1 : inputs - 1;
        float t = Fraction(interpolation, o, inputs, outputs);
        return (i == first ? 1 - t : 0) + (i == second ? t : 0);
    }

    /// <summary>No earlier output has anything of input i.</summary>
    private static int Earliest(int interpolation, int i, int inputs, int outputs)
    {
        if (i == 0)
            return 0;

        int first = interpolation == (int)Interpolation.BilinearAlignCorners ? (i - 1) * (outputs - 1) / (inputs - 1) : (i - 1) * outputs / inputs - 1;
        return first < 0 ? 0 : first;
    }

    /// <summary>No later output has anything of input i.</summary>
    private static int Last(int interpolation, int i, int inputs, int outputs)
    {
        if (i == inputs - 1)
            return outputs - 1;

        int last = interpolation == (int)Interpolation.BilinearAlignCorners ? (i + 1) * (outputs - 1) / (inputs - 1) + 1 : (i + 2) * outputs / inputs + 1;
        return last < outputs ? last : outputs - 1;
    }
}
