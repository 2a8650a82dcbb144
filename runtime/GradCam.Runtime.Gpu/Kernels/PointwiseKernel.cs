using ILGPU;

namespace GradCam.Gpu.Kernels;

/// <summary>What <see cref="PointwiseKernel"/> computes of a, b and a channel's parameters p and q, before its activation or its gate.</summary>
internal enum PointwiseFormula
{
    /// <summary>0.</summary>
    Zero,

    /// <summary>a.</summary>
    Copy,

    /// <summary>a + b.</summary>
    Add,

    /// <summary>a b.</summary>
    Multiply,

    /// <summary>p a + q.</summary>
    Affine,

    /// <summary>p a.</summary>
    Scale,

    /// <summary>a for a &gt; 0, else p a.</summary>
    ParametricRelu,

    /// <summary>a, times 1 for b &gt; 0, else times p.</summary>
    ParametricReluGradient,

    /// <summary>a times the function's derivative at its input b.</summary>
    GradientFromInput,

    /// <summary>a times the function's derivative where its output is b.</summary>
    GradientFromOutput,
}

/// <summary>The arguments of <see cref="PointwiseKernel"/>.</summary>
internal struct PointwiseArgs
{
    public SampleArgs Samples;
    public MapArgs Output;
    public MapArgs A;
    public MapArgs B;
    public int Formula;

    /// <summary>Applied to the result or, in a gradient's formula, differentiated.</summary>
    public ActivationArgs Function;

    /// <summary>Where the result is a gradient, how it is stored.</summary>
    public GradientArgs Gradient;

    /// <summary>Where q of the first channel lies, behind p of the first at 0.</summary>
    public int Summands;
}

/// <summary>Everything that is computed element by element: activations, sums, products, per-channel factors, copies, and their gradients.</summary>
internal static class PointwiseKernel
{
    /// <summary>The kernel.</summary>
    /// <param name="arena">All samples.</param>
    /// <param name="parameters">The channels' parameters.</param>
    /// <param name="args">What to compute.</param>
    public static void Run(ArrayView<float> arena, ArrayView<float> parameters, PointwiseArgs args)
    {
        MapArgs output = args.Output;
        int total = MapElement.Count(output, args.Samples);
        for (int i = SampleArgs.Thread; i < total; i += SampleArgs.Threads)
        {
            MapElement element = MapElement.Of(output, args.Samples, i);
            int start = element.Start, y = element.Y, x = element.X, c = element.C;
            int position = start + MapArgs.At(output, y, x, c);
            float value = Compute(arena, parameters, args, start, y, x, c);
            arena[position] = GradientArgs.Complete(arena, args.Gradient, value, start, position, y, x, c);
        }

        if (args.Gradient.Accumulates == 0)
            Halo.Clear(arena, args.Samples, output, SampleArgs.Thread, SampleArgs.Threads);
    }

    private static float Compute(ArrayView<float> arena, ArrayView<float> parameters, PointwiseArgs args, int start, int y, int x, int c)
    {
        if (args.Formula == (int)PointwiseFormula.Zero)
            return 0;

        float a = arena[start + MapArgs.At(args.A, y, x, c)];
        if (args.Formula <= (int)PointwiseFormula.Affine)
            return ActivationArgs.Value(args.Function, Argument(arena, parameters, args, a, start, y, x, c));

        switch (args.Formula)
        {
            case (int)PointwiseFormula.Scale:
                return parameters[c] * a;
            case (int)PointwiseFormula.ParametricRelu:
                return a > 0 ? a : parameters[c] * a;
        }

        float b = arena[start + MapArgs.At(args.B, y, x, c)];
        switch (args.Formula)
        {
            case (int)PointwiseFormula.ParametricReluGradient:
                return b > 0 ? a : parameters[c] * a;
            case (int)PointwiseFormula.GradientFromInput:
                return a * ActivationArgs.Derivative(args.Function, b);
            default:
                return a * ActivationArgs.DerivativeFromOutput(args.Function, b);
        }
    }

    /// <summary>What the activation is of.</summary>
    private static float Argument(
        ArrayView<float> arena, ArrayView<float> parameters, PointwiseArgs args, float a, int start, int y, int x, int c)
    {
        switch (args.Formula)
        {
            case (int)PointwiseFormula.Copy:
                return a;
            case (int)PointwiseFormula.Affine:
                return parameters[c] * a + parameters[args.Summands + c];
        }

        float b = arena[start + MapArgs.At(args.B, y, x, c)];
        return args.Formula == (int)PointwiseFormula.Add ? a + b : a * b;
    }
}
