namespace GradCam.Cpu;

internal partial struct CpuBackend
{
    public readonly void Write(ReadOnlySpan<float> source, in Tensor destination) =>
        throw new NotSupportedException();

    public readonly void Read(in Tensor source, Span<float> destination) =>
        throw new NotSupportedException();

    public readonly void OneHot(int @class, float seed, in Tensor gradient) =>
        throw new NotSupportedException();

    public readonly void Copy(in Tensor source, in Tensor destination, bool accumulate = false, in Gate gate = default) =>
        throw new NotSupportedException();

    public readonly void Clear(in Tensor destination) =>
        throw new NotSupportedException();

    public readonly void Flatten(in Tensor input, in Tensor output) =>
        throw new NotSupportedException();

    public readonly void FlattenBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        throw new NotSupportedException();

    public readonly void ChannelShuffle(int groups, in Tensor input, in Tensor output) =>
        throw new NotSupportedException();

    public readonly void ChannelShuffleBackward(int groups, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        throw new NotSupportedException();

    public readonly void Pad(in Edges edges, bool reflect, in Tensor input, in Tensor output) =>
        throw new NotSupportedException();

    public readonly void PadBackward(in Edges edges, bool reflect, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        throw new NotSupportedException();

    public readonly void Upsample(Interpolation interpolation, in Tensor input, in Tensor output) =>
        throw new NotSupportedException();

    public readonly void UpsampleBackward(Interpolation interpolation, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        throw new NotSupportedException();
}
