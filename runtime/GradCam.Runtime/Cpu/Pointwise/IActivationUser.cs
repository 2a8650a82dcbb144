using GradCam.Cpu.Pointwise.Functions;

namespace GradCam.Cpu.Pointwise;

/// <summary>Code that is compiled for each activation.</summary>
internal interface IActivationUser
{
    /// <summary>Runs with an activation.</summary>
    void Use<TFunction>(TFunction function)
        where TFunction : unmanaged, IActivationFunction;
}
