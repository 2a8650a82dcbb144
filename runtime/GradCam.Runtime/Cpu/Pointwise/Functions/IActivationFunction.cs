using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Pointwise.Functions;

/// <summary>A pointwise nonlinearity and its derivative, on registers of any width.</summary>
internal interface IActivationFunction
{
    /// <summary>The function.</summary>
    V Apply<V>(V x)
        where V : struct, ILanes<V>;

    /// <summary>A gradient times the derivative.</summary>
    /// <param name="saved">The function's output where <see cref="Activation.GradientFromOutput"/> says so, else its input.</param>
    /// <param name="gradient">The gradient with respect to the output.</param>
    V Gradient<V>(V saved, V gradient)
        where V : struct, ILanes<V>;
}
