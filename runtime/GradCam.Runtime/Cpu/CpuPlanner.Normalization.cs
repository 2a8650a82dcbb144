namespace GradCam.Cpu;

internal readonly partial struct CpuPlanner
{
    public void Affine(in ChannelAffine op, in Tensor input, in Tensor output)
    {
        throw new NotSupportedException();
    }

    public void AffineBackward(in ChannelAffine op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        throw new NotSupportedException();
    }

    public void ParametricRelu(in ParametricRelu op, in Tensor input, in Tensor output)
    {
        throw new NotSupportedException();
    }

    public void ParametricReluBackward(in ParametricRelu op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        throw new NotSupportedException();
    }

    public void LayerNorm(in LayerNorm op, in Tensor input, in Tensor output)
    {
        throw new NotSupportedException();
    }

    public void LayerNormBackward(in LayerNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        throw new NotSupportedException();
    }
}
