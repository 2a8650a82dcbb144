namespace GradCam.Cpu;

internal partial struct CpuBackend
{
    public readonly void Convolution(in Convolution op, in Tensor input, in Tensor output) =>
        throw new NotSupportedException();

    public readonly void Convolution(in Convolution op, in Tensor input, in Tensor residual, in Tensor output) =>
        throw new NotSupportedException();

    public readonly void ConvolutionBackward(in Convolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        throw new NotSupportedException();

    public readonly void TransposedConvolution(in TransposedConvolution op, in Tensor input, in Tensor output) =>
        throw new NotSupportedException();

    public readonly void TransposedConvolutionBackward(in TransposedConvolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        throw new NotSupportedException();
}
