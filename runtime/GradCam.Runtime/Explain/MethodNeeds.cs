namespace GradCam;

/// <summary>What a <see cref="CamMethod"/> needs, beside a forward pass. It is computed once for all methods that are asked for the same class.</summary>
[Flags]
public enum MethodNeeds
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The layer's output, which the forward pass leaves.</summary>
    Activations = 1,

    /// <summary>The sums of the class's gradient over each channel's pixels, which take less than the gradient behind many heads.</summary>
    GradientSums = 2,

    /// <summary>The gradient of the class's logit at the layer's output: the backward slice.</summary>
    Gradients = 4,

    /// <summary>That nothing but global average pooling and linear layers follows the layer. A network in which more does is refused.</summary>
    PooledLinearHead = 8,

    /// <summary>
    /// That the outputs are piecewise linear in the layer: relu, clip, max pooling and what is linear. A network in which more follows is refused.
    /// </summary>
    PiecewiseLinearTail = 16,

    /// <summary>Runs from the layer on, with other activations: the layer is to be compiled with <c>Suffix = true</c>.</summary>
    Suffix = 32,

    /// <summary>Forward passes on other inputs.</summary>
    ForwardPasses = 64,

    /// <summary>Gradients at the input, which is to be compiled as a layer: <c>[GradCam("input")]</c>.</summary>
    InputGradients = 128,
}
