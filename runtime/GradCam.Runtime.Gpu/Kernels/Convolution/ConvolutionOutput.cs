using ILGPU;

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
        value.X = SimpleValue(args.Activation, value.X);
        value.Y = SimpleValue(args.Activation, value.Y);
        value.Z = SimpleValue(args.Activation, value.Z);
        value.W = SimpleValue(args.Activation, value.W);
        if (args.Gradient.Accumulates != 0)
            value = Add(value, quads[position >> 2]);
        if (args.Gradient.Gate.Kind != (int)ActivationKind.None)
        {
            int gate = start + args.Gradient.GateOffset + y * args.Gradient.GateRowStride + x * args.Gradient.GatePixelStride + c;
            Float4 output = quads[gate >> 2];
            value.X *= SimpleDerivative(args.Gradient.Gate, output.X);
            value.Y *= SimpleDerivative(args.Gradient.Gate, output.Y);
            value.Z *= SimpleDerivative(args.Gradient.Gate, output.Z);
            value.W *= SimpleDerivative(args.Gradient.Gate, output.W);
        }

        quads[position >> 2] = value;
    }

    /// <summary>Whether an activation is one of those of nearly all convolutions, which take a comparison or two.</summary>
    public static bool IsSimple(in ActivationArgs f) => f.Kind is (int)ActivationKind.None or (int)ActivationKind.Relu or (int)ActivationKind.Clip;

    private static float SimpleValue(ActivationArgs f, float x)
    {
        if (f.Kind == (int)ActivationKind.Relu)
            return x < 0 ? 0 : x;
        if (f.Kind == (int)ActivationKind.Clip)
            return x < f.Alpha ? f.Alpha : x > f.Beta ? f.Beta : x;

        return x;
    }

    private static float SimpleDerivative(ActivationArgs f, float y)
    {
        if (f.Kind == (int)ActivationKind.Relu)
            return y > 0 ? 1f : 0f;
        if (f.Kind == (int)ActivationKind.Clip)
            return y > f.Alpha && y < f.Beta ? 1f : 0f;

        return 1;
    }

    private static Float4 Add(Float4 a, Float4 b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z, a.W + b.W);
}
