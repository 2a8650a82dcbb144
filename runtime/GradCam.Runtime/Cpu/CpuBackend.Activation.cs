namespace GradCam.Cpu;

internal partial struct CpuBackend
{
    public readonly void Activate(in Activation activation, in Tensor input, in Tensor output) =>
        throw new NotSupportedException();

    public readonly void ActivationBackward(in Activation activation, in Tensor saved, in Tensor outputGradient, in Tensor inputGradient, bool accumulate) =>
        throw new NotSupportedException();

    public readonly void ParametricRelu(in ParametricRelu op, in Tensor input, in Tensor output) =>
        throw new NotSupportedException();

    public readonly void ParametricReluBackward(in ParametricRelu op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        throw new NotSupportedException();

    public readonly void Softmax(in Tensor input, in Tensor output) =>
        throw new NotSupportedException();

    public readonly void SoftmaxBackward(in Tensor output, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        throw new NotSupportedException();
}
