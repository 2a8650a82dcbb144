using ILGPU;

namespace GradCam.Gpu.Kernels;

/// <summary>Which elements <see cref="LayoutKernel"/> puts where.</summary>
internal enum LayoutFormula
{
    /// <summary>A map to a vector of channels, rows, columns.</summary>
    Flatten,

    /// <summary>Its gradient.</summary>
    FlattenGradient,

    /// <summary>Channel g * n + i to i * groups + g.</summary>
    Shuffle,

    /// <summary>Its gradient.</summary>
    ShuffleGradient,

    /// <summary>A map between zeros.</summary>
    Pad,

    /// <summary>Its gradient.</summary>
    PadGradient,

    /// <summary>A map that goes on as in a mirror.</summary>
    Reflect,

    /// <summary>Its gradient.</summary>
    ReflectGradient,
}

/// <summary>The arguments of <see cref="LayoutKernel"/>.</summary>
internal struct LayoutArgs
{
    public SampleArgs Samples;
    public MapArgs Output;
    public MapArgs Input;
    public int Formula;
    public int Groups;
    public int Top;
    public int Left;
    public GradientArgs Gradient;
}

/// <summary>Operations that move elements: a thread an element of the output, which finds where it comes from.</summary>
internal static class LayoutKernel
{
    /// <summary>The kernel.</summary>
    public static void Run(ArrayView<float> arena, LayoutArgs args)
    {
        MapArgs output = args.Output;
        int total = MapElement.Count(output, args.Samples);
        for (int i = SampleArgs.Thread; i < total; i += SampleArgs.Threads)
        {
            MapElement element = MapElement.Of(output, args.Samples, i);
            int start = element.Start, y = element.Y, x = element.X, c = element.C;
            float value = Find(arena, args, start, y, x, c);
            int position = start + MapArgs.At(output, y, x, c);
            arena[position] = GradientArgs.Complete(arena, args.Gradient, value, start, position, y, x, c);
        }

        if (args.Gradient.Accumulates == 0)
            Halo.Clear(arena, args.Samples, output, SampleArgs.Thread, SampleArgs.Threads);
    }

    private static float Find(ArrayView<float> arena, LayoutArgs args, int start, int y, int x, int c)
    {
        MapArgs input = args.Input;
        int n = args.Output.Channels / args.Groups;
        switch (args.Formula)
        {
            case (int)LayoutFormula.Flatten:
                int pixels = input.Height * input.Width;
                int p = c % pixels;
                return arena[start + MapArgs.At(input, p / input.Width, p % input.Width, c / pixels)];
            case (int)LayoutFormula.FlattenGradient:
                return arena[start + input.Offset + (c * args.Output.Height + y) * args.Output.Width + x];
            case (int)LayoutFormula.Shuffle:
                return arena[start + MapArgs.At(input, y, x, c % args.Groups * n + c / args.Groups)];
            case (int)LayoutFormula.ShuffleGradient:
                return arena[start + MapArgs.At(input, y, x, c % n * args.Groups + c / n)];
            case (int)LayoutFormula.Pad:
                return OnMap(arena, input, start, y - args.Top, x - args.Left, c);
            case (int)LayoutFormula.PadGradient:
                return OnMap(arena, input, start, y + args.Top, x + args.Left, c);
            case (int)LayoutFormula.Reflect:
                return OnMap(arena, input, start, Mirror(y - args.Top, input.Height), Mirror(x - args.Left, input.Width), c);
            default:
                float sum = 0;
                for (int i = 0; i < 3; i++)
                    for (int j = 0; j < 3; j++)
                        sum += OnMap(arena, input, start, Image(y, i, args.Output.Height, args.Top), Image(x, j, args.Output.Width, args.Left), c);
                return sum;
        }
    }

    private static float OnMap(ArrayView<float> arena, MapArgs map, int start, int y, int x, int c) =>
        y >= 0 && y < map.Height && x >= 0 && x < map.Width ? arena[start + MapArgs.At(map, y, x, c)] : 0;

    private static int Mirror(int i, int size) => i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i;

    /// <summary>Where a row stands in the padded map: itself, its image in front and its image behind; -1 for none.</summary>
    private static int Image(int i, int which, int size, int before)
    {
        int image = which == 0 ? i : which == 1 ? -i : 2 * (size - 1) - i;
        bool exists = which == 0 || (which == 1 && i > 0) || (which == 2 && i < size - 1);
        return exists ? image + before : -1;
    }
}
