using ILGPU;

namespace GradCam.Gpu.Planning;

/// <summary>A convolution's forms, as far as the schedule calls for them.</summary>
internal sealed class PreparedConvolution : PreparedOperation
{
    public PackedConvolution? Forward { get; set; }

    public PackedConvolution? Backward { get; set; }

    /// <summary>Weights [output channels, taps, input channels], for the gradient of one output channel.</summary>
    public ArrayView<float>? Channels { get; set; }
}
