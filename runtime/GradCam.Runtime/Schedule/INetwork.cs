namespace GradCam;

/// <summary>What the generator implements on an annotated class: the network's description and its schedule, written in a backend's operations.</summary>
public interface INetwork
{
    /// <summary>Shapes, weights, compiled layers and preprocessing.</summary>
    static abstract NetworkInfo Info { get; }

    /// <summary>The forward pass: reads <see cref="NetworkInfo.Input"/>, writes <see cref="NetworkInfo.Outputs"/>.</summary>
    static abstract void RunForward<TBackend>(ref TBackend backend)
        where TBackend : struct, IBackend;

    /// <summary>The backward slice from a logit to a compiled layer. Needs a forward pass before it, and may be run again for other classes and layers after the same one.</summary>
    /// <param name="backend">The backend that ran the forward pass.</param>
    /// <param name="layer">Index into <see cref="NetworkInfo.Layers"/>.</param>
    /// <param name="class">Index of the logit.</param>
    /// <param name="seed">The gradient at the logit: 1, or -1 for a counterfactual.</param>
    static abstract void RunBackward<TBackend>(ref TBackend backend, int layer, int @class, float seed)
        where TBackend : struct, IBackend;

    /// <summary>
    /// What of the backward slice the sums of the gradient over the layer's pixels take, which is all of it that plain Grad-CAM needs. Otherwise as
    /// <see cref="RunBackward"/>.
    /// </summary>
    /// <param name="backend">The backend that ran the forward pass.</param>
    /// <param name="layer">Index into <see cref="NetworkInfo.Layers"/>, of a layer with <see cref="LayerInfo.GradientSums"/>.</param>
    /// <param name="class">Index of the logit.</param>
    /// <param name="seed">The gradient at the logit: 1, or -1 for a counterfactual.</param>
    static abstract void RunGradientSums<TBackend>(ref TBackend backend, int layer, int @class, float seed)
        where TBackend : struct, IBackend;
}

/// <summary>A network's description, as the generator wrote it.</summary>
public sealed class NetworkInfo
{
    /// <summary>The class's name.</summary>
    public required string Name { get; init; }

    /// <summary>Where the input lies; its shape is the input's.</summary>
    public required Tensor Input { get; init; }

    /// <summary>Where the outputs lie. The first is the one that is explained: the logits, a 1x1 map of one channel a class.</summary>
    public required IReadOnlyList<OutputInfo> Outputs { get; init; }

    /// <summary>The compiled layers, in the order of the attributes.</summary>
    public required IReadOnlyList<LayerInfo> Layers { get; init; }

    /// <summary>The weight tensors that the network reads.</summary>
    public required IReadOnlyList<WeightInfo> Weights { get; init; }

    /// <summary>Floats of workspace that a session needs.</summary>
    public required int WorkspaceLength { get; init; }

    /// <summary>How a photo becomes the input.</summary>
    public required ImagePreprocessing Preprocessing { get; init; }

    /// <summary>Who says so.</summary>
    public PreprocessingOrigin PreprocessingOrigin { get; init; }

    /// <summary>The names of the classes; empty where the network came without.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>File name of the weights, for <c>Load()</c> without arguments and for messages; null where the network was declared without.</summary>
    public string? WeightFile { get; init; }

    /// <summary>SHA-256 of the weight file that the build saw, in lower-case hex; null where it saw none.</summary>
    public string? WeightFileSha256 { get; init; }

    /// <summary>Multiply-accumulates of a forward pass.</summary>
    public long MultiplyAccumulates { get; init; }

    /// <summary>Learnt parameters.</summary>
    public long Parameters { get; init; }

    /// <summary>The logits.</summary>
    public Tensor Logits => Outputs[0].Tensor;
}

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

/// <summary>A layer that the network was compiled to explain.</summary>
/// <param name="Name">Its name in the spec.</param>
/// <param name="Activation">Where its output lies after a forward pass.</param>
/// <param name="Gradient">Where d logit / d output lies after its backward slice.</param>
/// <param name="GradientSums">
/// Where its sums over the pixels lie after <see cref="INetwork.RunGradientSums"/>: a 1x1 map. Empty where they take the whole slice.
/// </param>
public sealed record LayerInfo(string Name, Tensor Activation, Tensor Gradient, Tensor GradientSums = default);

/// <summary>A weight tensor that a network reads.</summary>
public sealed class WeightInfo
{
    /// <summary>Describes a weight tensor.</summary>
    public WeightInfo(string name, params int[] shape)
    {
        Name = name;
        Shape = shape;
    }

    /// <summary>Its key in the weight file.</summary>
    public string Name { get; }

    /// <summary>Its shape, as the framework has it.</summary>
    public IReadOnlyList<int> Shape { get; }
}
