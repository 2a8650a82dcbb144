namespace GradCam.Cpu;

internal readonly partial struct CpuPlanner
{
    public void Convolution(in Convolution op, in Tensor input, in Tensor output)
    {
        throw new NotSupportedException();
    }

    public void Convolution(in Convolution op, in Tensor input, in Tensor residual, in Tensor output)
    {
        throw new NotSupportedException();
    }

    public void ConvolutionBackward(in Convolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        throw new NotSupportedException();
    }

    public void TransposedConvolution(in TransposedConvolution op, in Tensor input, in Tensor output)
    {
        throw new NotSupportedException();
    }

    public void TransposedConvolutionBackward(in TransposedConvolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        throw new NotSupportedException();
    }
}
