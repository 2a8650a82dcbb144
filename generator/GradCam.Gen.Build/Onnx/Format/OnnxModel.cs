namespace GradCam.Gen.Build.Onnx;

/// <summary>What is used of a ModelProto.</summary>
/// <param name="Opset">The version of the default operator set.</param>
/// <param name="Producer">The exporter and its version, for the spec's first comment.</param>
/// <param name="Graph">The graph.</param>
/// <param name="Functions">The file's own operators, by domain and name.</param>
internal sealed record OnnxModel(int Opset, string Producer, OnnxGraph Graph, IReadOnlyDictionary<string, OnnxFunction> Functions)
{
    /// <summary>metadata_props: what the exporter says about the model.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Full paths of the files that its tensors' external data was read from.</summary>
    public IReadOnlyList<string> ExternalFiles { get; init; } = [];
}

/// <summary>A GraphProto.</summary>
internal sealed record OnnxGraph(
    List<OnnxNode> Nodes, Dictionary<string, OnnxTensor> Initializers, List<OnnxValueInfo> Inputs, List<OnnxValueInfo> Outputs)
{
    /// <summary>Initializers that cannot be used (texts, sparse ones …), and why: an error where something needs them.</summary>
    public Dictionary<string, string> Unusable { get; init; } = new(StringComparer.Ordinal);
}

/// <summary>A FunctionProto: an operator that the file itself defines by nodes.</summary>
internal sealed record OnnxFunction(
    string Domain, string Name, List<string> Inputs, List<string> Outputs, Dictionary<string, OnnxAttribute> Defaults, List<OnnxNode> Nodes);

/// <summary>A ValueInfoProto. A size is -1 where the file leaves it open.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Type">The elements' type.</param>
/// <param name="Shape">The sizes; null where the file does not say.</param>
internal sealed record OnnxValueInfo(string Name, ElementType Type, int[]? Shape);

/// <summary>A NodeProto.</summary>
internal sealed class OnnxNode
{
    public required string Name { get; init; }

    public required string Operator { get; init; }

    public required string Domain { get; init; }

    /// <summary>Tensor names; an empty one is an optional input that is left out.</summary>
    public required List<string> Inputs { get; init; }

    public required List<string> Outputs { get; init; }

    public required Dictionary<string, OnnxAttribute> Attributes { get; init; }

    /// <summary>The name for messages: the node's own or its first output's.</summary>
    public string DisplayName => Name.Length > 0 ? Name : Outputs.Count > 0 ? Outputs[0] : "";
}

/// <summary>An AttributeProto. Only the field of its kind is set.</summary>
internal sealed class OnnxAttribute
{
    public float? Float { get; set; }

    public long? Integer { get; set; }

    public string? Text { get; set; }

    public OnnxTensor? Tensor { get; set; }

    public float[]? Floats { get; set; }

    public long[]? Integers { get; set; }

    /// <summary>Why the attribute cannot be used (a graph, a sparse tensor, strings …), or null.</summary>
    public string? Unsupported { get; set; }

    /// <summary>In a function: the name of the caller's attribute that stands here.</summary>
    public string? Reference { get; set; }
}
