namespace GradCam;

/// <summary>An output of a network.</summary>
public sealed record OutputInfo
{
    /// <summary>Its name in the spec.</summary>
    public required string Name { get; init; }

    /// <summary>Where it lies after a forward pass.</summary>
    public required Tensor Tensor { get; init; }

    /// <summary>What was taken off its end, so that it holds logits.</summary>
    public OutputHead Head { get; init; }

    /// <summary>
    /// Where d y / d output is written before <see cref="INetwork.RunSeededBackward"/>, y being what is explained. The slice changes it. Empty where no
    /// compiled layer influences the output.
    /// </summary>
    public Tensor Seed { get; init; }

    /// <summary>Whether it is a map of several pixels, and not a vector of logits.</summary>
    public bool IsMap => Tensor.Pixels != 1;
}

/// <summary>
/// The last step of a trained network, which makes logits probabilities. The generator takes it off, since the logit is what is explained, and leaves it to
/// <see cref="NetworkSession.Probabilities"/>.
/// </summary>
public enum OutputHead
{
    /// <summary>The network ends in what it computes. Probabilities are taken to be a softmax of several values and the sigmoid of a single one.</summary>
    None,

    /// <summary>One of several classes: exp(logit) over the sum of all, and the probabilities sum to 1.</summary>
    Softmax,

    /// <summary>Each class on its own: 1 / (1 + exp(-logit)).</summary>
    Sigmoid,
}
