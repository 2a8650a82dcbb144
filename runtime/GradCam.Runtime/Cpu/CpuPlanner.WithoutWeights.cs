namespace GradCam.Cpu;

internal readonly partial struct CpuPlanner
{
    public void Write(ReadOnlySpan<float> source, TensorLayout layout, in Tensor destination)
    {
    }

    public void Read(in Tensor source, Span<float> destination)
    {
    }

    public void OneHot(int @class, float seed, in Tensor gradient)
    {
    }

    public void Activate(in Activation activation, in Tensor input, in Tensor output)
    {
    }

    public void ActivationBackward(in Activation activation, in Tensor saved, in Tensor outputGradient, in Tensor inputGradient, bool accumulate)
    {
    }

    public void Add(in Tensor a, in Tensor b, in Activation activation, in Tensor output)
    {
    }

    public void Multiply(in Tensor a, in Tensor b, in Activation activation, in Tensor output)
    {
    }

    public void MultiplyBackward(in Tensor other, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
    }

    public void Copy(in Tensor source, in Tensor destination, bool accumulate = false, in Gate gate = default)
    {
    }

    public void Clear(in Tensor destination)
    {
    }

    public void MaxPool(in Window window, in Tensor input, in Tensor output)
    {
    }

    public void MaxPoolBackward(in Window window, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
    }

    public void AveragePool(in AveragePool op, in Tensor input, in Tensor output)
    {
    }

    public void AveragePoolBackward(in AveragePool op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
    }

    public void AdaptiveAveragePool(in Tensor input, in Tensor output)
    {
        if (output.Pixels == 1)
            _plan.RequireScratch(AveragePoolKernel.GlobalScratch(input));
    }

    public void AdaptiveAveragePoolBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
    }

    public void AdaptiveMaxPool(in Tensor input, in Tensor output)
    {
    }

    public void AdaptiveMaxPoolBackward(in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
    }

    public void Flatten(in Tensor input, in Tensor output)
    {
    }

    public void FlattenBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
    }

    public void Softmax(in Tensor input, in Tensor output)
    {
    }

    public void SoftmaxBackward(in Tensor output, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
    }

    public void ChannelShuffle(int groups, in Tensor input, in Tensor output)
    {
    }

    public void ChannelShuffleBackward(int groups, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
    }

    public void Pad(in Edges edges, bool reflect, in Tensor input, in Tensor output)
    {
    }

    public void PadBackward(in Edges edges, bool reflect, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
    }

    public void Upsample(Interpolation interpolation, in Tensor input, in Tensor output)
    {
    }

    public void UpsampleBackward(Interpolation interpolation, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
    }
}
