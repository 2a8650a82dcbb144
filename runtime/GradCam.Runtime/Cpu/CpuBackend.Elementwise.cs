namespace GradCam.Cpu;

internal partial struct CpuBackend
{
    public readonly void Add(in Tensor a, in Tensor b, in Activation activation, in Tensor output) =>
        throw new NotSupportedException();

    public readonly void Multiply(in Tensor a, in Tensor b, in Activation activation, in Tensor output) =>
        throw new NotSupportedException();

    public readonly void MultiplyBackward(in Tensor other, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        throw new NotSupportedException();
}
