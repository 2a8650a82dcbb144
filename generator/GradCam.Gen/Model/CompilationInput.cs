using GradCam.Gen.Syntax;

namespace GradCam.Gen.Model;

/// <summary>Everything that the passes need to know to turn one annotated class into C#. Equatable, without Roslyn types.</summary>
/// <param name="Class">The annotated class.</param>
/// <param name="Spec">The spec's syntax, or null when it could not be found: then only the skeleton is made.</param>
/// <param name="SpecText">The spec's text, which the ranges of <paramref name="Spec"/> refer to; empty when there is none.</param>
/// <param name="SpecName">What to call the spec in comments and messages: its path as the attribute says it, or "the spec of CLASS" when it stands in the
/// attribute.</param>
/// <param name="Weights">What the weight file holds, or null when the class names none (or it could not be found).</param>
/// <param name="WeightsName">The weight file as the attribute says it, or null when the class names none.</param>
/// <param name="Labels">The class names, one a logit, or null when there are none.</param>
/// <param name="LabelsName">The label file as the attribute or the spec says it, or null when there is none.</param>
/// <param name="Output">The output to explain, as the attribute says it, or null for the first.</param>
/// <param name="Layers">What the [GradCam] attributes name, in order, repetitions included (a problem of their <c>Place.Index</c>).</param>
/// <param name="HasErrors">True when the declaration, spec, weights or labels had an error (already reported): the passes need not report what follows from
/// it.</param>
internal sealed record CompilationInput(
    ClassDeclaration Class,
    SpecSyntax? Spec,
    string SpecText,
    string SpecName,
    WeightManifest? Weights,
    string? WeightsName,
    EquatableArray<string>? Labels,
    string? LabelsName,
    string? Output,
    EquatableArray<string> Layers,
    bool HasErrors)
{
    /// <summary>Those of the layers behind which the network can run alone.</summary>
    public EquatableArray<string> Suffixes { get; init; }

    /// <summary>What the tensors' names begin with in the weight file, but not in the spec; may be empty.</summary>
    public string WeightPrefix { get; init; } = "";

    /// <summary>True when the build made the spec from an ONNX file: then the class may end at any layer of it.</summary>
    public bool IsImported { get; init; }
}

/// <summary>The annotated class, as far as the generated part must repeat it.</summary>
/// <param name="Name">The identifier, with <c>@</c> where it is a keyword.</param>
/// <param name="Namespace">The namespace, or empty for the global one.</param>
/// <param name="ContainingTypes">The types around it, outermost first, as they are to be repeated: <c>partial class Outer</c>, <c>partial record struct
/// Inner</c>.</param>
/// <param name="Accessibility">The effective declared accessibility: <c>public</c>, <c>internal</c>, <c>private</c> …</param>
/// <param name="CanBeExtended">False when no part of the class can be generated (it, or a type around it, is not partial): then no source may be
/// emitted.</param>
internal sealed record ClassDeclaration(
    string Name, string Namespace, EquatableArray<string> ContainingTypes, string Accessibility, bool CanBeExtended)
{
    /// <summary>The name of the private field that holds the loaded model. No member of the user's has it.</summary>
    public string Field { get; init; } = "_model";

    /// <summary>The name of the private field that holds the sessions to rent. No member of the user's has it.</summary>
    public string Pool { get; init; } = "_sessions";

    /// <summary>The name of the private class that holds the schedule. No member of the user's has it.</summary>
    public string Schedule { get; init; } = "Schedule";

    /// <summary>The name of the generated file, unique for the class.</summary>
    public string HintName
    {
        get
        {
            IEnumerable<string> types = ContainingTypes.Select(type => type.Substring(type.LastIndexOf(' ') + 1)).Append(Name);
            // The compiler takes no @ in the name of a file.
            return $"{(Namespace.Length == 0 ? "" : Namespace + ".")}{string.Join(".", types)}.g.cs".Replace("@", "");
        }
    }
}
