namespace GradCam.Cpu;

internal unsafe partial struct CpuBackend
{
    public readonly void Add(in Tensor a, in Tensor b, in Activation activation, in Tensor output) =>
        ThenActivation<AddFunction>.Run(_team, _arena, default, new MapView(_arena, a), MapView.Spread(_arena, b, a), default, activation, output);

    public readonly void Multiply(in Tensor a, in Tensor b, in Activation activation, in Tensor output) =>
        ThenActivation<MultiplyFunction>.Run(_team, _arena, default, new MapView(_arena, a), MapView.Spread(_arena, b, a), default, activation, output);

    public readonly void MultiplyBackward(in Tensor other, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        MapView factor = MapView.Spread(_arena, other, outputGradient);
        if (inputGradient.Pixels == 1 && outputGradient.Pixels != 1)
            PixelSumKernel.Run(_team, _arena, outputGradient, factor, hasFactor: true, inputGradient, accumulate, gate);
        else
            ElementwiseJob<MultiplyFunction>.Run(_team, _arena, default, new MapView(_arena, outputGradient), factor, default, inputGradient, accumulate, gate);
    }
}
