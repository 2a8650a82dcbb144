using GradCam.Cpu.Normalization;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Pointwise.Functions;

namespace GradCam.Cpu.Reproducible;

internal readonly unsafe partial struct ReproducibleBackend
{
    public void Activate(in Activation activation, in Tensor input, in Tensor output)
    {
        Copy(new MapView(_arena, input), output, accumulate: false);
        ActivationPass.Apply(_team, _arena, activation, output);
    }

    public void ActivationBackward(in Activation activation, in Tensor saved, in Tensor outputGradient, in Tensor inputGradient, bool accumulate)
    {
        ActivationPass.ApplyGradient(_team, _arena, activation, saved, outputGradient, inputGradient, accumulate);
        EndGradient(inputGradient, accumulate, default);
    }

    public void ParametricRelu(in ParametricRelu op, in Tensor input, in Tensor output) =>
        Elementwise<ParametricReluFunction>.Run(
            _team, _arena, default, new MapView(_arena, input), MapView.OfChannels(Prepared<ChannelParameters>(op.Id).Scale), default, output);

    public void ParametricReluBackward(
        in ParametricRelu op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        Elementwise<ParametricReluGradient>.Run(
            _team, _arena, default, new MapView(_arena, input), MapView.OfChannels(Prepared<ChannelParameters>(op.Id).Scale),
            new MapView(_arena, outputGradient), inputGradient, accumulate);
        EndGradient(inputGradient, accumulate, gate);
    }

    public void Add(in Tensor a, in Tensor b, in Activation activation, in Tensor output)
    {
        Elementwise<AddFunction>.Run(_team, _arena, default, new MapView(_arena, a), MapView.Spread(_arena, b, a), default, output);
        ActivationPass.Apply(_team, _arena, activation, output);
    }

    public void Multiply(in Tensor a, in Tensor b, in Activation activation, in Tensor output)
    {
        Elementwise<MultiplyFunction>.Run(_team, _arena, default, new MapView(_arena, a), MapView.Spread(_arena, b, a), default, output);
        ActivationPass.Apply(_team, _arena, activation, output);
    }

    public void MultiplyBackward(in Tensor other, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        MapView factor = MapView.Spread(_arena, other, outputGradient);
        if (inputGradient.Pixels == 1 && outputGradient.Pixels != 1)
        {
            SumPixels(outputGradient, factor, hasFactor: true, inputGradient, accumulate);
        }
        else
        {
            Elementwise<MultiplyFunction>.Run(
                _team, _arena, default, new MapView(_arena, outputGradient), factor, default, inputGradient, accumulate);
        }

        EndGradient(inputGradient, accumulate, gate);
    }
}
