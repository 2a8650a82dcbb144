using GradCam.Gen.Diagnostics;
using GradCam.Gen.Model;

namespace GradCam.Gen.Declarations;

/// <summary>What a class with [Network] says, without positions: an edit that only moves the class changes nothing here.</summary>
/// <param name="Key">The class's full name, which no other has.</param>
/// <param name="Class">The class.</param>
/// <param name="Spec">The first argument: a path, or a spec if <paramref name="IsInline"/>; null when it is not a constant string.</param>
/// <param name="IsInline">True when the attribute holds the spec itself.</param>
/// <param name="Weights">The Weights argument.</param>
/// <param name="WeightPrefix">The WeightPrefix argument, or empty.</param>
/// <param name="Labels">The Labels argument.</param>
/// <param name="Output">The Output argument.</param>
/// <param name="Layers">The layers of the [GradCam] attributes, in order.</param>
/// <param name="SourcePath">The C# file; paths are relative to its folder first.</param>
/// <param name="Problems">What is wrong with the class and its attributes.</param>
internal sealed record NetworkDeclaration(
    string Key,
    ClassDeclaration Class,
    string? Spec,
    bool IsInline,
    string? Weights,
    string WeightPrefix,
    string? Labels,
    string? Output,
    EquatableArray<string> Layers,
    string SourcePath,
    EquatableArray<Problem> Problems)
{
    /// <summary>The layers whose attribute says <c>Suffix = true</c>.</summary>
    public EquatableArray<string> Suffixes { get; init; }
}

/// <summary>Where the parts of a declaration are.</summary>
/// <param name="Key">Which declaration's.</param>
/// <param name="Class">The class's identifier.</param>
/// <param name="Network">The first argument of [Network], or the attribute when it has none.</param>
/// <param name="Weights">The Weights argument, if there is one.</param>
/// <param name="Labels">The Labels argument, if there is one.</param>
/// <param name="Output">The Output argument, if there is one.</param>
/// <param name="Layers">The arguments of the [GradCam] attributes.</param>
/// <param name="Spec">Where the characters of an inline spec are, or null when there is none or it is no plain literal.</param>
internal sealed record DeclarationPlaces(
    string Key,
    SourcePlace Class,
    SourcePlace Network,
    SourcePlace? Weights,
    SourcePlace? Labels,
    SourcePlace? Output,
    EquatableArray<SourcePlace> Layers,
    LiteralMap? Spec);

/// <summary>A class with [Network]: what it says, and where.</summary>
internal sealed record AnnotatedClass(NetworkDeclaration Declaration, DeclarationPlaces Places);
