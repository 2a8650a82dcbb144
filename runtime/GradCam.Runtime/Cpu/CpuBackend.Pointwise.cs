using GradCam.Cpu.Normalization;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Pointwise.Functions;

namespace GradCam.Cpu;

internal unsafe partial struct CpuBackend
{
    public readonly void Activate(in Activation activation, in Tensor input, in Tensor output) =>
        ThenActivation<CopyFunction>.Run(_team, _arena, default, new MapView(_arena, input), default, default, activation, output);

    public readonly void ActivationBackward(in Activation activation, in Tensor saved, in Tensor outputGradient, in Tensor inputGradient, bool accumulate)
    {
        var kernel = new ActivationBackwardKernel(
            _team, _arena, new MapView(_arena, saved), new MapView(_arena, outputGradient), inputGradient, accumulate);
        ActivationDispatch.Use(activation, ref kernel);
    }

    public readonly void ParametricRelu(in ParametricRelu op, in Tensor input, in Tensor output) =>
        ElementwiseJob<ParametricReluFunction>.Run(
            _team, _arena, default, new MapView(_arena, input), MapView.OfChannels(Prepared<ChannelParameters>(op.Id).Scale), default, output);

    public readonly void ParametricReluBackward(
        in ParametricRelu op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        ElementwiseJob<ParametricReluGradient>.Run(
            _team, _arena, default, new MapView(_arena, input), MapView.OfChannels(Prepared<ChannelParameters>(op.Id).Scale),
            new MapView(_arena, outputGradient), inputGradient, accumulate, gate);

    public readonly void Add(in Tensor a, in Tensor b, in Activation activation, in Tensor output) =>
        ThenActivation<AddFunction>.Run(_team, _arena, default, new MapView(_arena, a), MapView.Spread(_arena, b, a), default, activation, output);

    public readonly void Multiply(in Tensor a, in Tensor b, in Activation activation, in Tensor output) =>
        ThenActivation<MultiplyFunction>.Run(_team, _arena, default, new MapView(_arena, a), MapView.Spread(_arena, b, a), default, activation, output);

    public readonly void MultiplyBackward(in Tensor other, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        MapView factor = MapView.Spread(_arena, other, outputGradient);
        if (inputGradient.Pixels == 1 && outputGradient.Pixels != 1)
            PixelSumKernel.Run(_team, _arena, outputGradient, factor, hasFactor: true, inputGradient, accumulate, gate);
        else
            ElementwiseJob<MultiplyFunction>.Run(_team, _arena, default, new MapView(_arena, outputGradient), factor, default, inputGradient, accumulate, gate);
    }
}
