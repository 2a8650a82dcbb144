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

    /// <summary>Takes outputs in any arrangement, as they are: for tests of the operators that rearrange.</summary>
    internal bool AnyArrangement { get; init; }
}
