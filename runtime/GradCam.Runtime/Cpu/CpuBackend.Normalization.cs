using GradCam.Cpu.Normalization;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Pointwise.Functions;

namespace GradCam.Cpu;

internal unsafe partial struct CpuBackend
{
    public readonly void Affine(in ChannelAffine op, in Tensor input, in Tensor output)
    {
        ChannelParameters parameters = Prepared<ChannelParameters>(op.Id);
        ThenActivation<AffineFunction>.Run(
            _team, _arena, default, new MapView(_arena, input), MapView.OfChannels(parameters.Scale), MapView.OfChannels(parameters.Shift),
            op.Activation, output);
    }

    public readonly void AffineBackward(in ChannelAffine op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        ElementwiseJob<MultiplyFunction>.Run(
            _team, _arena, default, new MapView(_arena, outputGradient), MapView.OfChannels(Prepared<ChannelParameters>(op.Id).Scale), default,
            inputGradient, accumulate, gate);

    public readonly void LayerNorm(in LayerNorm op, in Tensor input, in Tensor output) =>
        LayerNormKernel.Run(_team, _arena, Prepared<ChannelParameters>(op.Id), op.Epsilon, input, output);

    public readonly void LayerNormBackward(
        in LayerNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        LayerNormBackwardKernel.Run(_team, _arena, Prepared<ChannelParameters>(op.Id), op.Epsilon, input, outputGradient, inputGradient, accumulate, gate);

    public readonly void GroupNorm(in GroupNorm op, in Tensor input, in Tensor output) =>
        GroupNormKernel.Run(_context, _arena, Prepared<ChannelParameters>(op.Id), op, input, output);

    public readonly void GroupNormBackward(
        in GroupNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        GroupNormKernel.Gradient.Run(_context, _arena, Prepared<ChannelParameters>(op.Id), op, input, outputGradient, inputGradient, accumulate, gate);

    public readonly void LocalResponseNorm(in LocalResponseNorm op, in Tensor input, in Tensor output) =>
        LocalResponseNormKernel.Run(_context, _arena, op, input, output);

    public readonly void LocalResponseNormBackward(
        in LocalResponseNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        LocalResponseNormBackwardKernel.Run(
            _context, _arena, op, input, outputGradient, inputGradient, accumulate, gate);

    public readonly void Softmax(in Tensor input, in Tensor output) => SoftmaxKernel.Run(_team, _arena, input, output);

    public readonly void SoftmaxBackward(in Tensor output, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        SoftmaxBackwardKernel.Run(_team, _arena, output, outputGradient, inputGradient, accumulate, gate);
}
