using GradCam.Cpu.Conv.Algorithm;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Packing;

namespace GradCam.Cpu.Conv.Chain;

/// <summary>A convolution of a chain.</summary>
/// <param name="algorithm">An algorithm that computes any rows by themselves.</param>
/// <param name="op">The convolution.</param>
/// <param name="channels">Channels of its output.</param>
/// <param name="size">Its output's height and width.</param>
internal sealed class ConvolutionStage(ConvolutionAlgorithm algorithm, in Convolution op, int channels, Extent size)
    : ChainStage(op.Window, channels, size, op.Activation)
{
    /// <inheritdoc/>
    public override void Prepare(CpuPlan plan, in Tensor input, in Tensor output) => algorithm.Prepare(plan, input, output);

    /// <inheritdoc/>
    public override void Run(
        in KernelContext context, in Tensor input, int firstInput, int from, in Tensor residual, in Activation activation, in Tensor output)
    {
        // Row 0 of the view is the one that the first output's taps are counted from.
        int first = from * Window.Stride.Height - firstInput;
        algorithm.Run(
            context, Rows(input, first, first + output.Height * Window.Stride.Height), output, new Epilogue(activation, residual, default));
    }
}
