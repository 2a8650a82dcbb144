using GradCam.Cpu.Memory;
using GradCam.Cpu.Packing;
using GradCam.Cpu.Pooling;

namespace GradCam.Cpu.Conv.Chain;

/// <summary>A max pool at the end of a chain. Where a window lies over the map's edge, what is outside does not count.</summary>
/// <param name="window">The window.</param>
/// <param name="inputHeight">Rows of the map that it reads.</param>
/// <param name="output">The map that it makes.</param>
internal sealed unsafe class MaxPoolStage(in Window window, int inputHeight, in Tensor output)
    : ChainStage(window, output.Channels, (output.Height, output.Width))
{
    /// <inheritdoc/>
    public override void Prepare(CpuPlan plan, in Tensor input, in Tensor output)
    {
    }

    /// <inheritdoc/>
    public override void Run(
        in KernelContext context, in Tensor input, int firstInput, int from, in Tensor residual, in Activation activation, in Tensor output)
    {
        // The rows that are of the map, as a map: the first window begins so far above it.
        int top = Math.Max(firstInput, 0);
        int end = Math.Max(top, Math.Min(firstInput + input.Height, inputHeight));
        Tensor rows = Rows(input, top - firstInput, end - firstInput);
        Window window = Window with { Pad = Window.Pad with { Top = top - FirstInput(from) } };

        // The halo around the whole output is not this piece's.
        Tensor written = output with { Halo = default };
        MaxPoolKernel.Run(context.Team, context.Arena, PoolAxis.Rows(window, rows, written), PoolAxis.Columns(window, rows, written), rows, written);
    }
}
