namespace GradCam;

/// <summary>A layer that the network was compiled to explain.</summary>
public sealed record LayerInfo
{
    /// <summary>Its name in the spec.</summary>
    public required string Name { get; init; }

    /// <summary>Where its output lies after a forward pass.</summary>
    public required Tensor Activation { get; init; }

    /// <summary>
    /// Where d logit / d output lies after its backward slice from a class. Empty where there is none: the first output is a map, or does not depend on it.
    /// </summary>
    public Tensor Gradient { get; init; }

    /// <summary>
    /// Where its sums over the pixels lie after <see cref="INetwork.RunGradientSums"/>: a 1x1 map. Empty where they take the whole slice.
    /// </summary>
    public Tensor GradientSums { get; init; }

    /// <summary>
    /// Where d y / d output lies after its backward slice from the outputs' seeds, y being what <see cref="OutputInfo.Seed"/> is the gradient of; by default
    /// where a class's does.
    /// </summary>
    public Tensor SeededGradient { get => field.IsEmpty ? Gradient : field; init; }

    /// <summary>Whether <see cref="INetwork.RunSuffix"/> runs from it: the attribute asked for that.</summary>
    public bool HasSuffix { get; init; }

    /// <summary>The outputs that depend on it, by index; null where all do.</summary>
    public IReadOnlyList<int>? Outputs { get; init; }

    /// <summary>Whether an output depends on it.</summary>
    /// <param name="output">The output, by index.</param>
    public bool Influences(int output) => Outputs is null || Outputs.Contains(output);
}
