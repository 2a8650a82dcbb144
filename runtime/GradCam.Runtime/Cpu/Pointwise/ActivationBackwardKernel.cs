using GradCam.Cpu.Pointwise.Functions;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Pointwise;

/// <summary>The gradient of an activation over a map.</summary>
internal readonly unsafe struct ActivationBackwardKernel(
    Team team, float* arena, MapView saved, MapView outputGradient, Tensor inputGradient, bool accumulate) : IActivationUser
{
    private readonly float* _arena = arena;

    public void Use<TFunction>(TFunction function)
        where TFunction : unmanaged, IActivationFunction =>
        ElementwiseJob<ActivationGradient<TFunction>>.Run(team, _arena, new(function), saved, outputGradient, default, inputGradient, accumulate);
}
