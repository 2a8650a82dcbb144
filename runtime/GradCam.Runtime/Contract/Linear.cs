using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>A fully connected layer on a 1x1 map: y = activation(affine(W x + bias)).</summary>
/// <param name="Id">Number of the operation in its network.</param>
/// <param name="Weight">[out, in].</param>
/// <param name="Bias">[out].</param>
/// <param name="Affine">What is applied to the output.</param>
/// <param name="Activation">What is applied last.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct Linear(int Id, WeightRef Weight, WeightRef Bias = default, AffineWeights Affine = default, Activation Activation = default);
