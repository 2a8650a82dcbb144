namespace GradCam.Cpu.Conv;

/// <summary>What an algorithm is chosen by: a convolution of whichever direction as phases over an input map.</summary>
/// <param name="Kernel">The kernel with its axes' roles.</param>
/// <param name="Rows">Phases along the rows' axis.</param>
/// <param name="Columns">Phases along the columns' axis.</param>
/// <param name="OutputSize">Height and width of the output.</param>
internal sealed record ConvolutionShape(KernelTensor Kernel, AxisPhase[] Rows, AxisPhase[] Columns, Extent OutputSize)
{
    /// <summary>True when each output channel has an input channel of its own.</summary>
    public bool IsDepthwise => Kernel.Inputs == 1 && Kernel.Outputs == 1 && Kernel.Groups > 1;
}
