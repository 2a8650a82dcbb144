using GradCam.Gen.Diagnostics;

namespace GradCam.Gen.Model;

/// <summary>What the passes make of one annotated class.</summary>
/// <param name="HintName">The generated file's name.</param>
/// <param name="Source">The generated C#, or null when none can be emitted.</param>
/// <param name="Problems">What the passes found wrong, in a stable order.</param>
internal sealed record CompilationOutput(string HintName, string? Source, EquatableArray<Problem> Problems);
