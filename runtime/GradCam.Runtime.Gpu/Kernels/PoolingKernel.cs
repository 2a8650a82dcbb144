using ILGPU;
using ILGPU.Util;

namespace GradCam.Gpu.Kernels;

/// <summary>A pool's windows: those of a kernel that slides, or bins that divide the map.</summary>
internal struct WindowArgs
{
    public int KernelHeight, KernelWidth;
    public int StrideY, StrideX;
    public int PadTop, PadLeft, PadBottom, PadRight;
    public int DilationY, DilationX;

    /// <summary>Whether window o is the bin from floor(o * inputs / outputs) to ceil((o + 1) * inputs / outputs).</summary>
    public int IsAdaptive;

    /// <summary>Whether a mean counts the taps on the padding.</summary>
    public int CountsPadding;

    /// <summary>The windows of a kernel that slides.</summary>
    public static WindowArgs Of(in Window window, bool countsPadding) => new()
    {
        KernelHeight = window.Kernel.Height,
        KernelWidth = window.Kernel.Width,
        StrideY = window.Stride.Height,
        StrideX = window.Stride.Width,
        PadTop = window.Pad.Top,
        PadLeft = window.Pad.Left,
        PadBottom = window.Pad.Bottom,
        PadRight = window.Pad.Right,
        DilationY = window.Dilation.Height,
        DilationX = window.Dilation.Width,
        CountsPadding = countsPadding ? 1 : 0,
    };

    /// <summary>Bins.</summary>
    public static WindowArgs Bins => new() { IsAdaptive = 1, StrideY = 1, StrideX = 1, DilationY = 1, DilationX = 1 };

    /// <summary>The first input of window o along an axis, which may lie before the map.</summary>
    public static int First(WindowArgs window, int o, int stride, int pad, int inputs, int outputs) =>
        window.IsAdaptive != 0 ? o * inputs / outputs : o * stride - pad;

    /// <summary>The taps of window o along an axis, those beside the map included.</summary>
    public static int Taps(WindowArgs window, int o, int kernel, int inputs, int outputs) =>
        window.IsAdaptive != 0 ? ((o + 1) * inputs + outputs - 1) / outputs - o * inputs / outputs : kernel;

    /// <summary>The first window that may have input i.</summary>
    public static int FirstWindow(WindowArgs window, int i, int stride, int pad, int reach, int inputs, int outputs)
    {
        int first = window.IsAdaptive != 0 ? i * outputs / inputs - 1 : (i + pad - reach) / stride;
        return first < 0 ? 0 : first;
    }

    /// <summary>The last window that may have input i.</summary>
    public static int LastWindow(WindowArgs window, int i, int stride, int pad, int inputs, int outputs)
    {
        int last = window.IsAdaptive != 0 ? (i + 1) * outputs / inputs + 1 : (i + pad) / stride;
        return last < outputs ? last : outputs - 1;
    }
}

/// <summary>The arguments of <see cref="PoolingKernel"/>.</summary>
internal struct PoolingArgs
{
    public SampleArgs Samples;

    /// <summary>What is written: the pool's output or, of a gradient, the gradient of its input.</summary>
    public MapArgs Output;

    /// <summary>The output as maxima count it: in quarters of its channels where four are taken at once.</summary>
    public MapArgs Elements;
    public int TakesQuads;

    /// <summary>The pool's input. A gradient of means reads its shape alone.</summary>
    public MapArgs Input;

    /// <summary>The gradient of the pool's output.</summary>
    public MapArgs OutputGradient;
    public WindowArgs Window;
    public GradientArgs Gradient;
}

/// <summary>
/// Pooling: a thread an output or, of a gradient, a thread an input, which adds up what the windows that it lies in give to it, in their order.
/// </summary>
internal static class PoolingKernel
{
    /// <summary>Maxima: of four neighbouring channels, where those lie at multiples of four floats (<see cref="PoolingArgs.TakesQuads"/>).</summary>
    public static void Max(ArrayView<float> arena, PoolingArgs args)
    {
        MapArgs output = args.Output;
        MapArgs input = args.Input;
        WindowArgs window = args.Window;
        ArrayView<Float4> quads = arena.Cast<Float4>();
        bool takesQuads = args.TakesQuads != 0;
        int total = MapElement.Count(args.Elements, args.Samples);
        for (int i = SampleArgs.Thread; i < total; i += SampleArgs.Threads)
        {
            MapElement element = MapElement.Of(args.Elements, args.Samples, i);
            int start = element.Start, y = element.Y, x = element.X;
            int c = takesQuads ? 4 * element.C : element.C;
            int y0 = WindowArgs.First(window, y, window.StrideY, window.PadTop, input.Height, output.Height);
            int x0 = WindowArgs.First(window, x, window.StrideX, window.PadLeft, input.Width, output.Width);
            int endY = y0 + WindowArgs.Taps(window, y, window.KernelHeight, input.Height, output.Height) * window.DilationY;
            int endX = x0 + WindowArgs.Taps(window, x, window.KernelWidth, input.Width, output.Width) * window.DilationX;
            var largest = new Float4(float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity);
            for (int inputY = y0; inputY < endY; inputY += window.DilationY)
            {
                if (inputY < 0 || inputY >= input.Height)
                    continue;

                int row = start + MapArgs.At(input, inputY, 0, c);
                for (int inputX = x0; inputX < endX; inputX += window.DilationX)
                {
                    if (inputX < 0 || inputX >= input.Width)
                        continue;

                    int at = row + inputX * input.PixelStride;
                    if (takesQuads)
                    {
                        Float4 values = quads[at >> 2];
                        largest.X = Larger(largest.X, values.X);
                        largest.Y = Larger(largest.Y, values.Y);
                        largest.Z = Larger(largest.Z, values.Z);
                        largest.W = Larger(largest.W, values.W);
                    }
                    else
                    {
                        largest.X = Larger(largest.X, arena[at]);
                    }
                }
            }

            int position = start + MapArgs.At(output, y, x, c);
            if (takesQuads)
                quads[position >> 2] = largest;
            else
                arena[position] = largest.X;
        }

        Halo.Clear(arena, args.Samples, output, SampleArgs.Thread, SampleArgs.Threads);
    }

    /// <summary>The larger of two, the second one if it is NaN, and NaN from then on.</summary>
    private static float Larger(float largest, float value) => Utilities.Select((value > largest) | float.IsNaN(value), value, largest);

    /// <summary>Means.</summary>
    public static void Average(ArrayView<float> arena, PoolingArgs args)
    {
        MapArgs output = args.Output;
        WindowArgs window = args.Window;
        int total = MapElement.Count(output, args.Samples);
        for (int i = SampleArgs.Thread; i < total; i += SampleArgs.Threads)
        {
            MapElement element = MapElement.Of(output, args.Samples, i);
            int start = element.Start, y = element.Y, x = element.X, c = element.C;
            int y0 = WindowArgs.First(window, y, window.StrideY, window.PadTop, args.Input.Height, output.Height);
            int x0 = WindowArgs.First(window, x, window.StrideX, window.PadLeft, args.Input.Width, output.Width);
            int y1 = Least(y0 + WindowArgs.Taps(window, y, window.KernelHeight, args.Input.Height, output.Height), args.Input.Height);
            int x1 = Least(x0 + WindowArgs.Taps(window, x, window.KernelWidth, args.Input.Width, output.Width), args.Input.Width);
            float sum = 0;
            for (int iy = y0 < 0 ? 0 : y0; iy < y1; iy++)
                for (int ix = x0 < 0 ? 0 : x0; ix < x1; ix++)
                    sum += arena[start + MapArgs.At(args.Input, iy, ix, c)];
            int divisor = Divisor(args, y, x, output.Height, output.Width);
            // A window that lies wholly in padding that does not count is a sum of nothing.
            arena[start + MapArgs.At(output, y, x, c)] = divisor == 0 ? 0 : sum / divisor;
        }

        Halo.Clear(arena, args.Samples, output, SampleArgs.Thread, SampleArgs.Threads);
    }

    /// <summary>The gradient of maxima: each window's goes to its first maximum in row order.</summary>
    public static void MaxGradient(ArrayView<float> arena, PoolingArgs args) => Gather(arena, args, isMax: true);

    /// <summary>The gradient of means.</summary>
    public static void AverageGradient(ArrayView<float> arena, PoolingArgs args) => Gather(arena, args, isMax: false);

    private static void Gather(ArrayView<float> arena, PoolingArgs args, bool isMax)
    {
        MapArgs output = args.Output;
        MapArgs gradient = args.OutputGradient;
        WindowArgs window = args.Window;
        int reachY = (window.KernelHeight - 1) * window.DilationY;
        int reachX = (window.KernelWidth - 1) * window.DilationX;
        int total = MapElement.Count(output, args.Samples);
        for (int i = SampleArgs.Thread; i < total; i += SampleArgs.Threads)
        {
            MapElement element = MapElement.Of(output, args.Samples, i);
            int start = element.Start, y = element.Y, x = element.X, c = element.C;
            int firstY = WindowArgs.FirstWindow(window, y, window.StrideY, window.PadTop, reachY, output.Height, gradient.Height);
            int firstX = WindowArgs.FirstWindow(window, x, window.StrideX, window.PadLeft, reachX, output.Width, gradient.Width);
            int lastY = WindowArgs.LastWindow(window, y, window.StrideY, window.PadTop, output.Height, gradient.Height);
            int lastX = WindowArgs.LastWindow(window, x, window.StrideX, window.PadLeft, output.Width, gradient.Width);
            int own = start + MapArgs.At(args.Input, y, x, c);
            float sum = 0;
            for (int oy = firstY; oy <= lastY; oy++)
            {
                for (int ox = firstX; ox <= lastX; ox++)
                {
                    if (!Covers(args, oy, ox, y, x))
                        continue;

                    float g = arena[start + MapArgs.At(gradient, oy, ox, c)];
                    if (!isMax)
                        sum += g / Divisor(args, oy, ox, gradient.Height, gradient.Width);
                    else if (Maximum(arena, args, start, oy, ox, c, gradient.Height, gradient.Width) == own)
                        sum += g;
                }
            }

            int position = start + MapArgs.At(output, y, x, c);
            arena[position] = GradientArgs.Complete(arena, args.Gradient, sum, start, position, y, x, c);
        }

        if (args.Gradient.Accumulates == 0)
            Halo.Clear(arena, args.Samples, output, SampleArgs.Thread, SampleArgs.Threads);
    }

    /// <summary>The place of a window's first maximum, or of its last NaN; -1 where it lies wholly in the padding.</summary>
    private static int Maximum(ArrayView<float> arena, PoolingArgs args, int start, int oy, int ox, int c, int outputHeight, int outputWidth)
    {
        WindowArgs window = args.Window;
        MapArgs input = args.Input;
        int y0 = WindowArgs.First(window, oy, window.StrideY, window.PadTop, input.Height, outputHeight);
        int x0 = WindowArgs.First(window, ox, window.StrideX, window.PadLeft, input.Width, outputWidth);
        int rows = WindowArgs.Taps(window, oy, window.KernelHeight, input.Height, outputHeight);
        int columns = WindowArgs.Taps(window, ox, window.KernelWidth, input.Width, outputWidth);
        int place = -1;
        float largest = 0;
        for (int ky = 0; ky < rows; ky++)
        {
            int y = y0 + ky * window.DilationY;
            for (int kx = 0; kx < columns; kx++)
            {
                int x = x0 + kx * window.DilationX;
                if (y < 0 || y >= input.Height || x < 0 || x >= input.Width)
                    continue;

                int at = start + MapArgs.At(input, y, x, c);
                float value = arena[at];
                if (place < 0 || value > largest || float.IsNaN(value))
                {
                    place = at;
                    largest = value;
                }
            }
        }

        return place;
    }

    /// <summary>Whether an input lies in a window.</summary>
    private static bool Covers(PoolingArgs args, int oy, int ox, int y, int x)
    {
        WindowArgs window = args.Window;
        MapArgs input = args.Input;
        MapArgs gradient = args.OutputGradient;
        int dy = y - WindowArgs.First(window, oy, window.StrideY, window.PadTop, input.Height, gradient.Height);
        int dx = x - WindowArgs.First(window, ox, window.StrideX, window.PadLeft, input.Width, gradient.Width);
        return dy >= 0 && dx >= 0 && dy % window.DilationY == 0 && dx % window.DilationX == 0
            && dy / window.DilationY < WindowArgs.Taps(window, oy, window.KernelHeight, input.Height, gradient.Height)
            && dx / window.DilationX < WindowArgs.Taps(window, ox, window.KernelWidth, input.Width, gradient.Width);
    }

    /// <summary>What the sum over a window is divided by.</summary>
    private static int Divisor(PoolingArgs args, int oy, int ox, int outputHeight, int outputWidth)
    {
        WindowArgs window = args.Window;
        int height = args.Input.Height;
        int width = args.Input.Width;
        int y0 = WindowArgs.First(window, oy, window.StrideY, window.PadTop, height, outputHeight);
        int x0 = WindowArgs.First(window, ox, window.StrideX, window.PadLeft, width, outputWidth);
        int y1 = y0 + WindowArgs.Taps(window, oy, window.KernelHeight, height, outputHeight);
        int x1 = x0 + WindowArgs.Taps(window, ox, window.KernelWidth, width, outputWidth);
        if (window.CountsPadding != 0)
            return Positive(Least(y1, height + window.PadBottom) - y0) * Positive(Least(x1, width + window.PadRight) - x0);

        return Positive(Least(y1, height) - (y0 < 0 ? 0 : y0)) * Positive(Least(x1, width) - (x0 < 0 ? 0 : x0));
    }

    private static int Least(int a, int b) => a < b ? a : b;

    private static int Positive(int a) => a < 0 ? 0 : a;
}
