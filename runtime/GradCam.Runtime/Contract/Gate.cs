using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>
/// The last step of a gradient's computation, fused into the operation that completes it: multiply by the derivative of the
/// activation that made the tensor, so that what is left is the gradient before that activation. The default value does nothing.
/// </summary>
/// <param name="Activation">An activation whose <see cref="Activation.GradientFromOutput"/> is true.</param>
/// <param name="Output">What the activation put out; the gradient's shape.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct Gate(Activation Activation, Tensor Output);
