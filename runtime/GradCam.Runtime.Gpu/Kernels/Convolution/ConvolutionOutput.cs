using ILGPU;
using ILGPU.Util;

namespace GradCam.Gpu.Kernels.Convolution;

/// <summary>What becomes of a convolution's sums: bias, residual, activation; or of a gradient: addition and gate.</summary>
internal static class ConvolutionOutput
{
    /// <summary>Stores four neighbouring channels, as far as they are there.</summary>
    /// <param name="arena">All samples.</param>
    /// <param name="weights">The weights, for the summands.</param>
    /// <param name="sums">Where the sums lie; overwritten.</param>
    /// <param name="args">The convolution.</param>
    /// <param name="at">The first sum, at a multiple of 4.</param>
    /// <param name="start">The sample's start.</param>
    /// <param name="y">The output's row.</param>
    /// <param name="x">Its column.</param>
    /// <param name="group">The group.</param>
    /// <param name="channel">The first channel, in the group.</param>
    public static void Store(
        ArrayView<float> arena, ArrayView<float> weights, ArrayView<float> sums, ConvolutionArgs args, int at, int start, int y, int x, int group, int channel)
    {
        int c = group * args.GroupOutputs + channel;
        int position = start + MapArgs.At(args.Output, y, x, c);
        if (args.WritesQuads != 0)
        {
            StoreQuad(arena, weights, sums.Cast<Float4>()[at >> 2], args, start, y, x, c);
            return;
        }

        for (int i = 0; i < 4 && channel + i < args.GroupOutputs; i++)
            Store(arena, weights, sums[at + i], args, start, position + i, y, x, c + i);
    }

    /// <summary>Stores one channel.</summary>
    public static void Store(
        ArrayView<float> arena, ArrayView<float> weights, float value, ConvolutionArgs args, int start, int position, int y, int x, int c)
    {
        if (args.Summands >= 0)
            value += weights[args.Summands + c];
        if (args.HasResidual != 0)
            value += arena[start + MapArgs.At(args.Residual, y, x, c)];
        value = ActivationArgs.Value(args.Activation, value);
        arena[position] = GradientArgs.Complete(arena, args.Gradient, value, start, position, y, x, c);
    }

    /// <summary>Stores four neighbouring channels at once, at a multiple of four floats (<see cref="ConvolutionArgs.WritesQuads"/>).</summary>
    public static void StoreQuad(
        ArrayView<float> arena, ArrayView<float> weights, Float4 value, ConvolutionArgs args, int start, int y, int x, int c)
    {
        int position = start + MapArgs.At(args.Output, y, x, c);
        ArrayView<Float4> quads = arena.Cast<Float4>();
        if (args.Summands >= 0)
            value = Add(value, weights.Cast<Float4>()[(args.Summands + c) >> 2]);
        if (args.HasResidual != 0)
            value = Add(value, quads[(start + MapArgs.At(args.Residual, y, x, c)) >> 2]);
        value.X = Bounded(value.X, args.Low, args.High);
        value.Y = Bounded(value.Y, args.Low, args.High);
        value.Z = Bounded(value.Z, args.Low, args.High);
        value.W = Bounded(value.W, args.Low, args.High);
        if (args.Gradient.Accumulates != 0)
            value = Add(value, quads[position >> 2]);
        if (args.Gradient.Gate.Kind != (int)ActivationKind.None)
        {
            int gate = start + args.Gradient.GateOffset + y * args.Gradient.GateRowStride + x * args.Gradient.GatePixelStride + c;
            Float4 output = quads[gate >> 2];
            value.X *= Derivative(output.X, args.GateLow, args.GateHigh);
            value.Y *= Derivative(output.Y, args.GateLow, args.GateHigh);
            value.Z *= Derivative(output.Z, args.GateLow, args.GateHigh);
            value.W *= Derivative(output.W, args.GateLow, args.GateHigh);
        }

        quads[position >> 2] = value;
    }

    /// <summary>Whether an activation is one of those of nearly all convolutions, which take a comparison or two.</summary>
    public static bool IsSimple(in ActivationArgs f) => f.Kind is (int)ActivationKind.None or (int)ActivationKind.Relu or (int)ActivationKind.Clip;

    /// <summary>Says in the arguments how simple activations and gates are computed: without branches, since a comparison is less than a branch.</summary>
    public static void Prepare(ref ConvolutionArgs args)
    {
        (args.Low, args.High) = RangeOf(args.Activation, float.NegativeInfinity, float.PositiveInfinity);
        (args.GateLow, args.GateHigh) = RangeOf(args.Gradient.Gate, float.NegativeInfinity, float.PositiveInfinity);
        if (args.Gradient.Gate.Kind == (int)ActivationKind.Clip)
            args.GateHigh = MathF.BitDecrement(args.GateHigh);
    }

    private static (float Low, float High) RangeOf(in ActivationArgs f, float low, float high) => f.Kind switch
    {
        (int)ActivationKind.Relu => (0, high),
        (int)ActivationKind.Clip => (f.Alpha, f.Beta),
        _ => (low, high),
    };

    /// <summary>x between its bounds; NaN stays.</summary>
    private static float Bounded(float x, float low, float high) => Utilities.Select(x < low, low, Utilities.Select(x > high, high, x));

    /// <summary>1 in (low, high], else 0. Of a negated comparison ILGPU makes the opposite one in OpenCL C, which is false of NaN too.</summary>
    private static float Derivative(float y, float low, float high) => Utilities.Select((y > low) & (y <= high), 1f, 0f);

    private static Float4 Add(Float4 a, Float4 b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z, a.W + b.W);
}
