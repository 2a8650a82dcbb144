using GradCam.Cpu.Normalization;

namespace GradCam.Cpu;

internal readonly partial struct CpuPlanner
{
    public void Affine(in ChannelAffine op, in Tensor input, in Tensor output) => ChannelParameters.Prepare(_plan, op, input.Channels);

    public void AffineBackward(in ChannelAffine op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        ChannelParameters.Prepare(_plan, op, inputGradient.Channels);

    public void LayerNorm(in LayerNorm op, in Tensor input, in Tensor output) => ChannelParameters.Prepare(_plan, op.Id, op.Weight, op.Bias, input.Channels);

    public void LayerNormBackward(
        in LayerNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        ChannelParameters.Prepare(_plan, op.Id, op.Weight, op.Bias, input.Channels);

    public void GroupNorm(in GroupNorm op, in Tensor input, in Tensor output)
    {
        _plan.RequireScratch(GroupNormKernel.ScratchLength(input.Channels));
        ChannelParameters.Prepare(_plan, op.Id, op.Weight, op.Bias, input.Channels);
    }

    public void GroupNormBackward(
        in GroupNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        _plan.RequireScratch(GroupNormKernel.Gradient.ScratchLength(input.Channels));
        ChannelParameters.Prepare(_plan, op.Id, op.Weight, op.Bias, input.Channels);
    }

    public void LocalResponseNorm(in LocalResponseNorm op, in Tensor input, in Tensor output) =>
        _plan.RequireScratch(LocalResponseNormKernel.ScratchLength(op, input.Channels));

    public void LocalResponseNormBackward(
        in LocalResponseNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        _plan.RequireScratch(LocalResponseNormBackwardKernel.ScratchLength(op, input.Channels));
}
