using GradCam.Cpu.Normalization;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Pointwise.Functions;

namespace GradCam.Cpu.Reproducible;

internal readonly unsafe partial struct ReproducibleBackend
{
    public void Affine(in ChannelAffine op, in Tensor input, in Tensor output)
    {
        ChannelParameters parameters = Prepared<ChannelParameters>(op.Id);
        Elementwise<AffineFunction>.Run(
            _team, _arena, default, new MapView(_arena, input), MapView.OfChannels(parameters.Scale), MapView.OfChannels(parameters.Shift), output);
        ActivationPass.Apply(_team, _arena, op.Activation, output);
    }

    public void AffineBackward(in ChannelAffine op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        Elementwise<MultiplyFunction>.Run(
            _team, _arena, default, new MapView(_arena, outputGradient), MapView.OfChannels(Prepared<ChannelParameters>(op.Id).Scale), default,
            inputGradient, accumulate);
        EndGradient(inputGradient, accumulate, gate);
    }

    public void LayerNorm(in LayerNorm op, in Tensor input, in Tensor output)
    {
        ChannelParameters parameters = Prepared<ChannelParameters>(op.Id);
        var work = new LayerNormWork(
            new MapView(_arena, input), new MapView(_arena, output), MapView.OfChannels(parameters.Scale), MapView.OfChannels(parameters.Shift),
            op.Epsilon, input.Channels);
        PixelJob<LayerNormWork>.Run(_team, work, input.Height, input.Width, input.Channels);
        ClearHalo(output);
    }

    public void LayerNormBackward(
        in LayerNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        var work = new LayerNormGradient(
            new MapView(_arena, input), new MapView(_arena, outputGradient), new MapView(_arena, inputGradient),
            MapView.OfChannels(Prepared<ChannelParameters>(op.Id).Scale), op.Epsilon, input.Channels, accumulate);
        PixelJob<LayerNormGradient>.Run(_team, work, input.Height, input.Width, input.Channels);
        EndGradient(inputGradient, accumulate, gate);
    }

    public void GroupNorm(in GroupNorm op, in Tensor input, in Tensor output)
    {
        ChannelParameters parameters = Prepared<ChannelParameters>(op.Id);
        var work = new GroupNormWork(
            new MapView(_arena, input), new MapView(_arena, output), MapView.OfChannels(parameters.Scale), MapView.OfChannels(parameters.Shift),
            op.Epsilon, (input.Height, input.Width), input.Channels / op.Groups);
        PixelJob<GroupNormWork>.Run(_team, work, op.Groups, 1, input.Length / op.Groups);
        ClearHalo(output);
    }

    public void GroupNormBackward(
        in GroupNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        var work = new GroupNormGradient(
            new MapView(_arena, input), new MapView(_arena, outputGradient), new MapView(_arena, inputGradient),
            MapView.OfChannels(Prepared<ChannelParameters>(op.Id).Scale), op.Epsilon, (input.Height, input.Width), input.Channels / op.Groups, accumulate);
        PixelJob<GroupNormGradient>.Run(_team, work, op.Groups, 1, input.Length / op.Groups);
        EndGradient(inputGradient, accumulate, gate);
    }

    public void LocalResponseNorm(in LocalResponseNorm op, in Tensor input, in Tensor output)
    {
        var work = new LocalResponseNormWork(new MapView(_arena, input), new MapView(_arena, output), op, input.Channels);
        PixelJob<LocalResponseNormWork>.Run(_team, work, input.Height, input.Width, input.Channels);
        ClearHalo(output);
    }

    public void LocalResponseNormBackward(
        in LocalResponseNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        var work = new LocalResponseNormGradient(
            new MapView(_arena, input), new MapView(_arena, outputGradient), new MapView(_arena, inputGradient), op, input.Channels, accumulate);
        PixelJob<LocalResponseNormGradient>.Run(_team, work, input.Height, input.Width, input.Channels);
        EndGradient(inputGradient, accumulate, gate);
    }

    public void Softmax(in Tensor input, in Tensor output)
    {
        var work = new SoftmaxWork(new MapView(_arena, input), new MapView(_arena, output), input.Channels);
        PixelJob<SoftmaxWork>.Run(_team, work, input.Height, input.Width, input.Channels);
        ClearHalo(output);
    }

    public void SoftmaxBackward(in Tensor output, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        var work = new SoftmaxGradient(
            new MapView(_arena, output), new MapView(_arena, outputGradient), new MapView(_arena, inputGradient), output.Channels, accumulate);
        PixelJob<SoftmaxGradient>.Run(_team, work, output.Height, output.Width, output.Channels);
        EndGradient(inputGradient, accumulate, gate);
    }
}
