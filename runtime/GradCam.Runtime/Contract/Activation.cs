using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>A pointwise nonlinearity and its parameters.</summary>
/// <param name="Kind">Which one.</param>
/// <param name="Alpha">Its first parameter.</param>
/// <param name="Beta">Its second parameter.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct Activation(ActivationKind Kind, float Alpha = 0, float Beta = 0)
{
    /// <summary>max(x, 0).</summary>
    public static Activation Relu => new(ActivationKind.Relu);

    /// <summary>min(max(x, 0), 6).</summary>
    public static Activation Relu6 => new(ActivationKind.Clip, 0, 6);

    /// <summary>
    /// True when the derivative follows from the output alone, so that the activation may run in place (fused into the layer
    /// before) and still be differentiated: relu, clip, leaky relu and elu (of non-negative slope), selu, sigmoid, tanh, hardsigmoid (of positive slope).
    /// </summary>
    public bool GradientFromOutput => Kind switch
    {
        ActivationKind.None or ActivationKind.Relu or ActivationKind.Clip or ActivationKind.Sigmoid or ActivationKind.Tanh or ActivationKind.Selu => true,
        ActivationKind.LeakyRelu or ActivationKind.Elu => Alpha >= 0,
        ActivationKind.HardSigmoid => Alpha > 0,
        _ => false,
    };
}
