namespace GradCam.Gen.Build.Onnx;

/// <summary>
/// An ONNX file that cannot be read, or that says something which the net spec language cannot say. The message names file, node, operator and opset.
/// </summary>
public sealed class OnnxImportException : Exception
{
    private const int MaximumLength = 1000;

    /// <summary>A problem of the file as a whole.</summary>
    public OnnxImportException(string message)
        : base(message)
    {
    }

    /// <summary>A problem of the file as a whole, with its cause.</summary>
    public OnnxImportException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A problem at a node.</summary>
    internal OnnxImportException(string message, OnnxNode node, int opset)
        : base($"node '{node.DisplayName}' ({Describe(node)}, opset {opset}): {message}")
    {
        Node = node.DisplayName;
        Operator = node.Operator;
    }

    /// <summary>The same problem, with the file's name before it.</summary>
    internal OnnxImportException(string file, OnnxImportException inner)
        : base($"{file}: {Shortened(inner.Message)}", inner)
    {
        Node = inner.Node;
        Operator = inner.Operator;
    }

    /// <summary>The same problem, with what could be done about it behind it.</summary>
    internal OnnxImportException(OnnxImportException problem, string cure)
        : base($"{problem.Message}; {cure}", problem)
    {
        Node = problem.Node;
        Operator = problem.Operator;
    }

    /// <summary>The node's name (its first output's, where it has none), or null.</summary>
    public string? Node { get; }

    /// <summary>The node's operator, or null.</summary>
    public string? Operator { get; }

    /// <summary>A file's names may be thousands of letters long.</summary>
    private static string Shortened(string message) => message.Length <= MaximumLength ? message : message.Substring(0, MaximumLength) + " …";

    private static string Describe(OnnxNode node) => node.Domain.Length == 0 ? node.Operator : node.Domain + "." + node.Operator;
}
