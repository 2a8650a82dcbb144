using ILGPU;

namespace GradCam.Gpu.Kernels;

/// <summary>How a gradient is stored: written or added to what is there, then multiplied by the gate's derivative.</summary>
internal struct GradientArgs(bool accumulate, in Gate gate)
{
    public int Accumulates = accumulate ? 1 : 0;
    public ActivationArgs Gate = new(gate.Activation);
    public int GateOffset = ClassOnHostException.Check(gate.Output.Offset);
    public int GateRowStride = gate.Output.RowStride;
    public int GatePixelStride = gate.Output.PixelStride;

    /// <summary>What is stored.</summary>
    /// <param name="arena">All samples.</param>
    /// <param name="args">How.</param>
    /// <param name="gradient">The gradient that was computed.</param>
    /// <param name="sampleStart">The sample's start.</param>
    /// <param name="position">Where it will be stored.</param>
    /// <param name="y">Its row.</param>
    /// <param name="x">Its column.</param>
    /// <param name="c">Its channel.</param>
    public static float Complete(ArrayView<float> arena, GradientArgs args, float gradient, int sampleStart, int position, int y, int x, int c)
    {
        if (args.Accumulates != 0)
            gradient += arena[position];
        if (args.Gate.Kind != (int)ActivationKind.None)
        {
            float output = arena[sampleStart + args.GateOffset + y * args.GateRowStride + x * args.GatePixelStride + c];
            gradient *= ActivationArgs.DerivativeFromOutput(args.Gate, output);
        }

        return gradient;
    }
}
