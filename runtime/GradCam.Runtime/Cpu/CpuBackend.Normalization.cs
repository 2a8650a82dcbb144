namespace GradCam.Cpu;

internal partial struct CpuBackend
{
    public readonly void Affine(in ChannelAffine op, in Tensor input, in Tensor output) =>
        throw new NotSupportedException();

    public readonly void AffineBackward(in ChannelAffine op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        throw new NotSupportedException();

    public readonly void LayerNorm(in LayerNorm op, in Tensor input, in Tensor output) =>
        throw new NotSupportedException();

    public readonly void LayerNormBackward(in LayerNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        throw new NotSupportedException();

    public readonly void LocalResponseNorm(in LocalResponseNorm op, in Tensor input, in Tensor output) =>
        throw new NotSupportedException();

    public readonly void LocalResponseNormBackward(in LocalResponseNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        throw new NotSupportedException();
}
