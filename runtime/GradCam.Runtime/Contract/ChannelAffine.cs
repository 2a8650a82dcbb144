using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>A batch norm or a per-channel factor and summand that could not be folded: y = activation(affine(x)).</summary>
/// <param name="Id">Number of the operation in its network.</param>
/// <param name="Affine">The factor and summand.</param>
/// <param name="Activation">What is applied last.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct ChannelAffine(int Id, AffineWeights Affine, Activation Activation = default);
