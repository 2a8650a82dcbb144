using GradCam.Cpu.Conv.Algorithm;
using GradCam.Cpu.Conv.Chain;
using GradCam.Cpu.Conv.Direct;
using GradCam.Cpu.Packing;

namespace GradCam.Cpu.Conv;

/// <summary>
/// A convolution, transposed or not, with the algorithms chosen for its forward pass and its gradient; either is null where the schedule never runs it.
/// </summary>
internal sealed class PreparedConvolution : PreparedOperation
{
    /// <summary>Forward.</summary>
    public ConvolutionAlgorithm? Forward { get; set; }

    /// <summary>Gradient.</summary>
    public ConvolutionAlgorithm? Backward { get; set; }

    /// <summary>Gradient of a single output channel.</summary>
    public ChannelRows? Channels { get; set; }

    /// <summary>The chain that this convolution is the last of.</summary>
    public ConvolutionChain? Chain { get; set; }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        Forward?.Dispose();
        Backward?.Dispose();
        Chain?.Dispose();
    }
}
