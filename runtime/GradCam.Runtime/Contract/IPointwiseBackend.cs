using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>
/// What is computed element by element: activations, sums and products, and their gradients. <see cref="IBackend"/> says what all operations have in
/// common.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IPointwiseBackend
{
    /// <summary>y = activation(x).</summary>
    void Activate(in Activation activation, in Tensor input, in Tensor output);

    /// <summary>
    /// Gradient of an activation. <paramref name="saved"/> is its output where <see cref="Activation.GradientFromOutput"/> says so, else its input.
    /// At a kink the derivative is PyTorch's: 0 for relu at 0, for clip at both ends, and for hardsigmoid and hardswish at their ends; alpha for leaky relu
    /// at 0.
    /// </summary>
    void ActivationBackward(in Activation activation, in Tensor saved, in Tensor outputGradient, in Tensor inputGradient, bool accumulate);

    /// <summary>y = x for x &gt; 0, else slope x.</summary>
    void ParametricRelu(in ParametricRelu op, in Tensor input, in Tensor output);

    /// <summary>Gradient of a parametric relu.</summary>
    void ParametricReluBackward(
        in ParametricRelu op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>y = activation(a + b); b may be 1x1 and is then added to every pixel.</summary>
    void Add(in Tensor a, in Tensor b, in Activation activation, in Tensor output);

    /// <summary>y = activation(a * b); b may be 1x1 and then multiplies every pixel.</summary>
    void Multiply(in Tensor a, in Tensor b, in Activation activation, in Tensor output);

    /// <summary>
    /// Gradient of a product with respect to one factor: the output's gradient times <paramref name="other"/> (either of the output's shape or 1x1);
    /// where <paramref name="inputGradient"/> is 1x1 and the output is not, summed over the pixels.
    /// </summary>
    void MultiplyBackward(in Tensor other, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);
}
