namespace GradCam;

/// <summary>A layer that the network was compiled to explain.</summary>
/// <param name="Name">Its name in the spec.</param>
/// <param name="Activation">Where its output lies after a forward pass.</param>
/// <param name="Gradient">Where d logit / d output lies after its backward slice.</param>
/// <param name="GradientSums">
/// Where its sums over the pixels lie after <see cref="INetwork.RunGradientSums"/>: a 1x1 map. Empty where they take the whole slice.
/// </param>
public sealed record LayerInfo(string Name, Tensor Activation, Tensor Gradient, Tensor GradientSums = default);
