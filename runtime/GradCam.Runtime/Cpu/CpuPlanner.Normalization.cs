using GradCam.Cpu.Normalization;
using GradCam.Cpu.Packing;
using GradCam.Planning;

namespace GradCam.Cpu;

internal readonly partial struct CpuPlanner
{
    public void Affine(in ChannelAffine op, in Tensor input, in Tensor output) => Prepare(op, input.Channels);

    public void AffineBackward(in ChannelAffine op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        Prepare(op, inputGradient.Channels);

    public void LayerNorm(in LayerNorm op, in Tensor input, in Tensor output) => Prepare(op.Id, op.Weight, op.Bias, input.Channels);

    public void LayerNormBackward(
        in LayerNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        Prepare(op.Id, op.Weight, op.Bias, input.Channels);

    public void GroupNorm(in GroupNorm op, in Tensor input, in Tensor output)
    {
        _plan.RequireScratch(GroupNormKernel.ScratchLength(input.Channels));
        Prepare(op.Id, op.Weight, op.Bias, input.Channels);
    }

    public void GroupNormBackward(
        in GroupNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        _plan.RequireScratch(GroupNormKernel.Gradient.ScratchLength(input.Channels));
        Prepare(op.Id, op.Weight, op.Bias, input.Channels);
    }

    public void LocalResponseNorm(in LocalResponseNorm op, in Tensor input, in Tensor output) =>
        _plan.RequireScratch(LocalResponseNormKernel.ScratchLength(op, input.Channels));

    public void LocalResponseNormBackward(
        in LocalResponseNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        _plan.RequireScratch(LocalResponseNormBackwardKernel.ScratchLength(op, input.Channels));

    private void Prepare(ChannelAffine op, int channels)
    {
        CpuPlan plan = _plan;
        Prepare(op.Id, channels, () => FoldedAffine.Read(plan.Weights, bias: default, op.Affine, channels));
    }

    private void Prepare(int id, WeightRef weight, WeightRef bias, int channels)
    {
        CpuPlan plan = _plan;
        Prepare(id, channels, () => new FoldedAffine(
            FoldedAffine.ReadChannels(plan.Weights, weight, channels, absent: 1), FoldedAffine.ReadChannels(plan.Weights, bias, channels, absent: 0)));
    }

    private void Prepare(int id, int channels, Func<FoldedAffine> read)
    {
        CpuPlan plan = _plan;
        plan.Prepare(id, () => new ChannelParameters(plan, channels, read));
    }
}
