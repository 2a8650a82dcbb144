using GradCam.Gen.Build.Onnx;
using GradCam.Gen.Emit;
using GradCam.Gen.Model;
using GradCam.Gen.Passes;
using GradCam.Gen.Spec;

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
    string Name, string Operation, int Channels, int Height, int Width, long MultiplyAccumulates, long Parameters, string? GradCamName)
{
    /// <summary>The outputs that need it, by the names that an ONNX file of several gives them; empty for other networks.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];
}

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

    /// <summary>The outputs of an ONNX file, those that are left out too, with the reason; null for other networks.</summary>
    public ImportedNetwork? Imported { get; private init; }

    /// <summary>True when the output that would be explained is a vector of logits.</summary>
    public bool IsExplainable { get; private init; }

    /// <summary>"softmax" or "sigmoid" where the explained output ends in one: what is explained is its input, the logit. Else null.</summary>
    public string? Head { get; private init; }

    /// <summary>True where photos fit the input and nothing says how they become it: pixels are scaled to 0 to 1.</summary>
    public bool GuessesPreprocessing { get; private init; }

    /// <summary>The file of class names, as the spec names it; null where it names none.</summary>
    public string? LabelsPath { get; private init; }

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
    public static LayerTable OfOnnx(string path, OnnxImportOptions? options = null)
    {
        options ??= new OnnxImportOptions();
        ImportedNetwork imported = OnnxImporter.Import(
            path, new OnnxImportOptions { Height = options.Height, Width = options.Width, Image = options.Image, Output = options.Output, AllLayers = true });
        return Of(imported.Spec, Path.GetFileName(path), imported);
    }

    /// <summary>The C# that the build makes of it: a class of the name "Network" in no namespace.</summary>
    /// <param name="layers">The layers to explain at; null for the suggested one.</param>
    /// <param name="labels">The names of the classes; null where there are none.</param>
    /// <param name="isWithSuffixes">True for what follows each layer as well, which methods need that perturb it.</param>
    /// <param name="isWithInput">True for the gradient at the input as well, of networks of one.</param>
    /// <exception cref="SpecException">It would need more memory than a network may, or has another number of classes.</exception>
    public string GenerateSource(
        IReadOnlyList<string>? layers = null, LabelNames? labels = null, bool isWithSuffixes = false, bool isWithInput = false) =>
        SpecLoader.Generate(_spec, _name, layers ?? (Suggested is LayerRow last ? [last.GradCamName!] : []), labels, isWithSuffixes, isWithInput);

    /// <summary>Checks that what was imported can be used: a spec that is written must be one that the language takes.</summary>
    /// <param name="network">The import.</param>
    /// <param name="name">The spec's name, for messages.</param>
    /// <exception cref="SpecException">It has errors, with their lines: an image line that does not fit the input, a size that is too large.</exception>
    public static void Check(ImportedNetwork network, string name) => SpecLoader.Load(network.Spec, name, null);

    private static LayerTable Of(string text, string name, ImportedNetwork? imported = null)
    {
        bool hasOutput = imported is null || imported.Outputs.Any(output => output.LeftOut is null);
        Network network = SpecLoader.Load(text, name, null);
        IReadOnlyDictionary<int, string> candidates = hasOutput ? SuggestedLayer.Candidates(network) : new Dictionary<int, string>();
        int? suggested = hasOutput ? SuggestedLayer.Of(network)?.Id : null;
        OutputHead head = network.Outputs[0].Head;
        // Of several outputs, the layers of each.
        bool several = imported is not null && (imported.Outputs.Count > 1 || !hasOutput);
        if (several)
            network = SpecLoader.LoadAll(text, name);
        List<(string Name, HashSet<int> Needed)> outputs = several
            ? [
                .. imported!.Outputs.Where(output => output.Layer is not null).Select(
                    output => (output.Name, BindTargets.Ancestors(network, [network.Labels[output.Layer!]])))]
            : [];
        var statistics = new Statistics(network);
        Dictionary<int, LayerRow> rows = network.Layers.ToDictionary(layer => layer.Id, layer => new LayerRow(
            layer.Name,
            layer.Operation.Title,
            layer.Shape.Channels,
            layer.Shape.Height,
            layer.Shape.Width,
            statistics.MultiplyAccumulates(layer),
            statistics.Parameters(layer),
            candidates.GetValueOrDefault(layer.Id))
        {
            Outputs = [.. outputs.Where(output => output.Needed.Contains(layer.Id)).Select(output => output.Name)],
        });
        return new LayerTable(text, name, [.. network.Layers.Select(layer => rows[layer.Id])], [.. network.Outputs.Select(output => output.Name)])
        {
            Imported = imported,
            IsExplainable = hasOutput,
            Head = head switch { OutputHead.Softmax => "softmax", OutputHead.Sigmoid => "sigmoid", _ => null },
            GuessesPreprocessing = network.GuessesPreprocessing,
            LabelsPath = SpecParser.Parse(text).Syntax.Labels?.Path,
            Suggested = suggested is int id ? rows[id] : null,
        };
    }
}
