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

    public readonly void Softmax(in Tensor input, in Tensor output) => SoftmaxKernel.Run(_team, _arena, input, output);

    public readonly void SoftmaxBackward(in Tensor output, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        SoftmaxBackwardKernel.Run(_team, _arena, output, outputGradient, inputGradient, accumulate, gate);
}
