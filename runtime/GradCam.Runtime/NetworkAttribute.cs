namespace GradCam;

/// <summary>Turns a partial class into a network: the generator adds forward pass, backward slices and a typed <c>Session</c>.</summary>
/// <example><code>
/// [Network("resnet18.net", Weights = "resnet18.safetensors", Labels = "imagenet.labels.txt")]
/// [GradCam("layer4")]
/// public sealed partial class ResNet18;
/// </code></example>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class NetworkAttribute : Attribute
{
    /// <summary>Declares a network.</summary>
    /// <param name="spec">
    /// The path of a .net or .onnx file of the project, relative to the source file or the project, or a net spec itself, as a raw string.
    /// </param>
    public NetworkAttribute(string spec) => Spec = spec;

    /// <summary>A path or a spec.</summary>
    public string Spec { get; }

    /// <summary>The path of the .safetensors file; the build checks it against the spec. Without one, the weights are checked at load only.</summary>
    public string? Weights { get; set; }

    /// <summary>
    /// What the tensors' names in the weight file begin with, where the spec's do not: <c>"module."</c> for what PyTorch's DataParallel saved.
    /// </summary>
    public string? WeightPrefix { get; set; }

    /// <summary>The path of a text file with one class name a line.</summary>
    public string? Labels { get; set; }

    /// <summary>
    /// The output that holds the logits and is explained, of a network of several; by default the first of the spec or the ONNX file. Of an ONNX file it may
    /// be any layer or tensor: the network ends there.
    /// </summary>
    public string? Output { get; set; }
}

/// <summary>
/// A layer to explain predictions at: a label of the spec, or "input" for the gradient of the input. The first one is the default of <c>GradCam</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class GradCamAttribute : Attribute
{
    /// <summary>Declares a layer to explain at.</summary>
    /// <param name="layer">A label of the spec, with the labels of the blocks around it: "layer4", "layer4.1.conv2".</param>
    public GradCamAttribute(string layer) => Layer = layer;

    /// <summary>The layer's name.</summary>
    public string Layer { get; }

    /// <summary>
    /// Whether the network can run from this layer on, which methods that change the layer and look at the outputs need: Ablation-CAM, Recipro-CAM. Costs
    /// memory where layers behind it read what is before it.
    /// </summary>
    public bool Suffix { get; set; }
}
