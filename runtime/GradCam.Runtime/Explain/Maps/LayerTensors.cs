namespace GradCam.Explain.Maps;

/// <summary>What of a layer an explanation's slice has left in a workspace.</summary>
/// <param name="Activations">The layer's output.</param>
/// <param name="Gradients">The gradient there; empty where the method does without.</param>
/// <param name="GradientSums">Its sums over the pixels; empty where they are to be made of the gradient.</param>
internal readonly record struct LayerTensors(Tensor Activations, Tensor Gradients, Tensor GradientSums);
