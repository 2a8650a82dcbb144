using GradCam.Gen.Build.Onnx;
using GradCam.Gen.Emit;
using GradCam.Gen.Model;
using GradCam.Gen.Passes;

namespace GradCam.Gen.Export;

/// <summary>One layer of a network.</summary>
/// <param name="Name">Its name in the spec.</param>
/// <param name="Operation">The operation, with its window.</param>
/// <param name="Channels">Channels of its output.</param>
/// <param name="Height">Rows of its output.</param>
/// <param name="Width">Columns of its output.</param>
/// <param name="MultiplyAccumulates">Multiply-accumulates.</param>
/// <param name="Parameters">Learnt parameters.</param>
/// <param name="GradCamName">
/// What [GradCam] calls it, a label, of several the shortest; null where Grad-CAM cannot be computed: it has none, is no map of several pixels, or the logits
/// do not depend on it.
/// </param>
public sealed record LayerRow(
    string Name, string Operation, int Channels, int Height, int Width, long MultiplyAccumulates, long Parameters, string? GradCamName);

/// <summary>What a network consists of, for people.</summary>
public sealed class LayerTable
{
    private readonly string _spec;
    private readonly string _name;

    private LayerTable(string spec, string name, IReadOnlyList<LayerRow> rows, IReadOnlyList<string> outputs)
    {
        _spec = spec;
        _name = name;
        Rows = rows;
        Outputs = outputs;
    }

    /// <summary>The layers in running order.</summary>
    public IReadOnlyList<LayerRow> Rows { get; }

    /// <summary>The outputs' names; the first is explained unless the attribute names another.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>"softmax" or "sigmoid" where the explained output ends in one: what is explained is its input, the logit. Else null.</summary>
    public string? Head { get; private init; }

    /// <summary>True where photos fit the input and nothing says how they become it: pixels are scaled to 0 to 1.</summary>
    public bool GuessesPreprocessing { get; private init; }

    /// <summary>The usual choice for Grad-CAM: the last map before pooling takes rows or columns away.</summary>
    public LayerRow? Suggested { get; private init; }

    /// <summary>A number of multiply-accumulates as people read it: "1.82 G".</summary>
    public static string Scaled(long multiplyAccumulates) => Statistics.Scaled(multiplyAccumulates);

    /// <summary>The layers of a net spec.</summary>
    /// <param name="path">The .net file.</param>
    /// <exception cref="SpecException">The spec has errors or cannot be read.</exception>
    public static LayerTable OfSpec(string path)
    {
        try
        {
            return Of(File.ReadAllText(path), Path.GetFileName(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SpecException($"{path}: {exception.Message}", exception);
        }
    }

    /// <summary>The layers of an ONNX file, as it is imported.</summary>
    /// <exception cref="OnnxImportException">The file cannot be imported.</exception>
    /// <exception cref="SpecException">What was imported has errors.</exception>
    public static LayerTable OfOnnx(string path, OnnxImportOptions? options = null) => Of(OnnxImporter.Import(path, options).Spec, Path.GetFileName(path));

    /// <summary>The C# that the build makes of it: a class of the name "Network" in no namespace, explained at the suggested layer.</summary>
    public string GenerateSource() => SpecLoader.Generate(_spec, _name, Suggested is LayerRow last ? [last.GradCamName!] : []);

    private static LayerTable Of(string text, string name)
    {
        Network network = SpecLoader.Load(text, name, null);
        var statistics = new Statistics(network);
        IReadOnlyDictionary<int, string> candidates = SuggestedLayer.Candidates(network);
        Dictionary<int, LayerRow> rows = network.Layers.ToDictionary(layer => layer.Id, layer => new LayerRow(
            layer.Name,
            Describe(layer.Operation),
            layer.Shape.Channels,
            layer.Shape.Height,
            layer.Shape.Width,
            statistics.MultiplyAccumulates(layer),
            statistics.Parameters(layer),
            candidates.GetValueOrDefault(layer.Id)));
        return new LayerTable(text, name, [.. network.Layers.Select(layer => rows[layer.Id])], [.. network.Outputs.Select(output => output.Name)])
        {
            Head = network.Outputs[0].Head switch { OutputHead.Softmax => "softmax", OutputHead.Sigmoid => "sigmoid", _ => null },
            GuessesPreprocessing = network.GuessesPreprocessing,
            Suggested = SuggestedLayer.Of(network) is { } suggested ? rows[suggested.Id] : null,
        };
    }

    private static string Describe(Operation operation) => operation switch
    {
        ConvolutionOperation { Groups: > 1 } convolution => $"conv {convolution.Window} groups {convolution.Groups}",
        ConvolutionOperation convolution => $"conv {convolution.Window}",
        TransposedConvolutionOperation convolution => $"convtranspose {convolution.Window}",
        MaxPoolOperation pool => $"maxpool {pool.Window}",
        AveragePoolOperation pool => $"avgpool {pool.Window}",
        _ => operation.Name,
    };
}
