using GradCam.Cpu.Layout;
using GradCam.Cpu.Pointwise;

namespace GradCam.Cpu.Reproducible;

internal readonly unsafe partial struct ReproducibleBackend
{
    // What moves elements, or adds a few of them up in the order of their places, is exact for vectors of any width. Gates are not.
    public void Flatten(in Tensor input, in Tensor output) => FlattenKernel.Run(_team, _arena, input, output);

    public void FlattenBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        FlattenBackwardKernel.Run(_team, _arena, outputGradient, inputGradient, accumulate, gate: default);
        ActivationPass.ApplyGate(_team, _arena, gate, inputGradient);
    }

    public void ChannelShuffle(int groups, in Tensor input, in Tensor output) =>
        ChannelShuffleKernel.Run(_team, _arena, groups, input, output, accumulate: false, gate: default);

    public void ChannelShuffleBackward(int groups, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        ChannelShuffleKernel.Run(_team, _arena, inputGradient.Channels / groups, outputGradient, inputGradient, accumulate, gate: default);
        ActivationPass.ApplyGate(_team, _arena, gate, inputGradient);
    }

    public void Pad(in Edges edges, bool reflect, in Tensor input, in Tensor output) => PadKernel.Run(_team, _arena, edges, reflect, input, output);

    public void PadBackward(
        in Edges edges, bool reflect, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        PadBackwardKernel.Run(_team, _arena, edges, reflect, outputGradient, inputGradient, accumulate, gate: default);
        ActivationPass.ApplyGate(_team, _arena, gate, inputGradient);
    }

    public void Upsample(Interpolation interpolation, in Tensor input, in Tensor output)
    {
        var work = new UpsampleWork(
            new MapView(_arena, input), new MapView(_arena, output), new UpsampleAxis(interpolation, input.Height, output.Height),
            new UpsampleAxis(interpolation, input.Width, output.Width), input.Channels);
        PixelJob<UpsampleWork>.Run(_team, work, output.Height, output.Width, output.Channels);
        ClearHalo(output);
    }

    public void UpsampleBackward(
        Interpolation interpolation, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        if (!accumulate)
            Clear(inputGradient);
        var work = new UpsampleGradient(
            new MapView(_arena, outputGradient), new MapView(_arena, inputGradient), (outputGradient.Height, outputGradient.Width),
            new UpsampleAxis(interpolation, inputGradient.Height, outputGradient.Height),
            new UpsampleAxis(interpolation, inputGradient.Width, outputGradient.Width));
        ChannelJob<UpsampleGradient>.Run(_team, work, inputGradient.Channels);
        ActivationPass.ApplyGate(_team, _arena, gate, inputGradient);
    }
}
