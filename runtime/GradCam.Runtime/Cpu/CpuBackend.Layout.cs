using GradCam.Cpu.Layout;

namespace GradCam.Cpu;

internal unsafe partial struct CpuBackend
{
    public readonly void Flatten(in Tensor input, in Tensor output) => FlattenKernel.Run(_team, _arena, input, output);

    public readonly void FlattenBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        FlattenBackwardKernel.Run(_team, _arena, outputGradient, inputGradient, accumulate, gate);

    public readonly void ChannelShuffle(int groups, in Tensor input, in Tensor output) =>
        ChannelShuffleKernel.Run(_team, _arena, groups, input, output, accumulate: false, gate: default);

    public readonly void ChannelShuffleBackward(int groups, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        ChannelShuffleKernel.Run(_team, _arena, inputGradient.Channels / groups, outputGradient, inputGradient, accumulate, gate);

    public readonly void Pad(in Edges edges, bool reflect, in Tensor input, in Tensor output) => PadKernel.Run(_team, _arena, edges, reflect, input, output);

    public readonly void PadBackward(
        in Edges edges, bool reflect, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        PadBackwardKernel.Run(_team, _arena, edges, reflect, outputGradient, inputGradient, accumulate, gate);

    public readonly void Upsample(Interpolation interpolation, in Tensor input, in Tensor output) =>
        UpsampleKernel.Run(_team, _arena, interpolation, input, output);

    public readonly void UpsampleBackward(
        Interpolation interpolation, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        UpsampleBackwardKernel.Run(_team, _arena, interpolation, outputGradient, inputGradient, accumulate, gate);
}
