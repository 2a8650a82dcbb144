using System.Globalization;
using System.Text.RegularExpressions;
using GradCam.Gen.Diagnostics;

namespace GradCam.Gen.Model;

/// <summary>
/// What the build wrote into the comments of a spec that it made from an ONNX file: outputs that are left out and why, and behind each statement the tensor
/// that it computes, where the layer is called otherwise.
/// </summary>
internal sealed class ImportedSpec
{
    private static readonly Regex LeftOutLine = new(
        "^# output \"(?<name>[^\"]*)\" is left out: (?<reason>.*)$", RegexOptions.CultureInvariant | RegexOptions.Multiline);

    private readonly string _text;

    public ImportedSpec(string text, bool hasOutputs)
    {
        _text = text;
        HasOutputs = hasOutputs;
        // The comments stand above the input line, one a line.
        int end = text.IndexOf("\ninput ", StringComparison.Ordinal);
        foreach (Match match in LeftOutLine.Matches(text.Substring(0, Math.Max(end, 0))))
            LeftOut.Add((match.Groups["name"].Value, match.Groups["reason"].Value.TrimEnd()));
    }

    /// <summary>The file's outputs that the spec does not have, and why.</summary>
    public List<(string Name, string Reason)> LeftOut { get; } = [];

    /// <summary>False when no output of the file could be imported: the spec ends somewhere before them.</summary>
    public bool HasOutputs { get; }

    /// <summary>The value that a label or a tensor of the file names, or null.</summary>
    public int? Find(string name, Network network)
    {
        if (network.Labels.TryGetValue(name, out int id))
            return id;
        return network.Layers.LastOrDefault(layer => !layer.IsInput && Tensor(layer.Range) == name)?.Id;
    }

    /// <summary>The tensor of the file that a statement computes, or null where its label says it.</summary>
    public string? Tensor(TextRange statement)
    {
        int end = _text.IndexOf('\n', Math.Min(statement.End, _text.Length));
        int start = Math.Min(statement.End, _text.Length);
        string rest = _text.Substring(start, (end < 0 ? _text.Length : end) - start).TrimStart();
        return rest.StartsWith("# ", StringComparison.Ordinal) ? rest.Substring(2).TrimEnd() : null;
    }

    /// <summary>An error of a spec that nobody wrote, in the ONNX file's terms: which tensor, what is wrong, what to do.</summary>
    public static Problem Explain(Problem problem, CompilationInput input)
    {
        bool isError = Descriptors.Find(problem.Id).DefaultSeverity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error;
        if (!input.IsImported || problem.Place.Kind != PlaceKind.Spec || !isError)
            return problem;
        string line = LineOf(problem, input.SpecText);
        bool isImage = line.StartsWith("image ", StringComparison.Ordinal);
        string format = Descriptors.Find(problem.Id).MessageFormat.ToString(CultureInfo.InvariantCulture);
        string message = string.Format(CultureInfo.InvariantCulture, format, [.. problem.Arguments]);
        string cure = isImage
            ? "Correct Image=\"…\" of the <NetworkOnnx> item."
            : $"Write the spec with 'gradcam import {input.SpecName}', change it there and name it: [Network(\"….net\", Weights = \"….safetensors\")].";
        return new Problem(ProblemId.ImportedSpec, new Place(PlaceKind.NetworkAttribute), input.SpecName, line, message, cure);
    }

    /// <summary>The line of a spec that a problem is in.</summary>
    public static string LineOf(Problem problem, string text)
    {
        int start = Math.Min(problem.Place.Range.Start, text.Length);
        start = start == 0 ? 0 : text.LastIndexOf('\n', start - 1) + 1;
        int end = text.IndexOf('\n', start);
        return text.Substring(start, (end < 0 ? text.Length : end) - start).Trim();
    }
}
