namespace GradCam.Gen.Build.Onnx;

/// <summary>What an ONNX file does not say.</summary>
public sealed class OnnxImportOptions
{
    /// <summary>The input's height, where the file leaves it open.</summary>
    public int? Height { get; init; }

    /// <summary>The input's width, where the file leaves it open.</summary>
    public int? Width { get; init; }

    /// <summary>The spec's image line without its first word: how a photo becomes the input.</summary>
    public string? Image { get; init; }

    /// <summary>
    /// The output to end at, alone: one of the file's, any tensor of its graph, or a layer of the spec. By default the spec has all outputs that can be
    /// explained.
    /// </summary>
    public string? Output { get; init; }

    /// <summary>
    /// Leaves all layers that could be imported in the spec, so that each can be chosen as the output: what the build does, before it knows the attribute.
    /// </summary>
    public bool AllLayers { get; init; }

    /// <summary>Takes all outputs, maps beside vectors too: for tests that compare each.</summary>
    internal bool AllOutputs { get; init; }

    /// <summary>Takes outputs in any arrangement, as they are: for tests of the operators that rearrange.</summary>
    internal bool AnyArrangement { get; init; }
}
