using GradCam.Cpu.Packing;

namespace GradCam.Cpu.Reproducible;

/// <summary>The packed kernels of a convolution, forward or transposed.</summary>
internal sealed class ReproducibleConvolution : PreparedOperation
{
    /// <summary>Of the operation; null where no forward pass asks for it.</summary>
    public PackedKernel? Forward { get; set; }

    /// <summary>Of its gradient; null where no slice asks for it.</summary>
    public PackedKernel? Backward { get; set; }

    /// <summary>Of the gradient of one output channel; null where no slice asks for it.</summary>
    public ChannelGradient? Channels { get; set; }
}
