namespace GradCam.Cpu;

internal partial struct CpuBackend
{
    public readonly void MaxPool(in Window window, in Tensor input, in Tensor output) =>
        throw new NotSupportedException();

    public readonly void MaxPoolBackward(in Window window, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        throw new NotSupportedException();

    public readonly void AveragePool(in AveragePool op, in Tensor input, in Tensor output) =>
        throw new NotSupportedException();

    public readonly void AveragePoolBackward(in AveragePool op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        throw new NotSupportedException();

    public readonly void AdaptiveAveragePool(in Tensor input, in Tensor output) =>
        throw new NotSupportedException();

    public readonly void AdaptiveAveragePoolBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        throw new NotSupportedException();

    public readonly void AdaptiveMaxPool(in Tensor input, in Tensor output) =>
        throw new NotSupportedException();

    public readonly void AdaptiveMaxPoolBackward(in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        throw new NotSupportedException();
}
