namespace GradCam.Cpu.Conv;

/// <summary>Chooses how a convolution is computed.</summary>
internal static class AlgorithmChoice
{
    /// <summary>Packs a convolution for the algorithm that is expected to be fastest.</summary>
    public static ConvolutionAlgorithm Make(ConvolutionShape shape, NetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (shape.IsDepthwise)
            return new DepthwiseConvolution(shape.Kernel, shape.Rows, shape.Columns);
        return new DirectConvolution(shape.Kernel, shape.Rows, shape.Columns);
    }
}
