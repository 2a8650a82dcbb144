namespace GradCam;

/// <summary>An output of a network.</summary>
/// <param name="Name">Its name in the spec.</param>
/// <param name="Tensor">Where it lies.</param>
/// <param name="Head">What was taken off its end, so that it holds logits.</param>
public sealed record OutputInfo(string Name, Tensor Tensor, OutputHead Head = OutputHead.None);

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
