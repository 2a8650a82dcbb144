using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace GradCam.Gen.Tests.Harness;

/// <summary>What a run of the generator gave.</summary>
/// <param name="Next">The harness for the next run, which remembers this one.</param>
/// <param name="Result">The driver's result.</param>
/// <param name="Output">The compilation with the generated sources.</param>
internal sealed record GeneratorRun(GeneratorDriverHarness Next, GeneratorRunResult Result, Compilation Output)
{
    /// <summary>The generator's diagnostics, by place: <c>(4,17)-(4,20) GCG0004: …</c>, with the file's name in front where it is not Net.cs.</summary>
    public IReadOnlyList<string> Diagnostics =>
        [.. Result.Diagnostics.OrderBy(diagnostic => diagnostic.Location.GetLineSpan().StartLinePosition).Select(Format)];

    /// <summary>The errors and warnings that the C# compiler finds in everything, the generated code included.</summary>
    public IReadOnlyList<string> CompilerDiagnostics =>
        [.. Output.GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).Select(diagnostic => diagnostic.ToString())];

    /// <summary>The generated source of a file, or of the only one.</summary>
    public string Source(string? hintName = null) =>
        Result.GeneratedSources.Single(source => hintName is null || source.HintName == hintName).SourceText.ToString();

    /// <summary>Why each output of a step is as it is.</summary>
    public IReadOnlyList<IncrementalStepRunReason> Reasons(string step) =>
        Result.TrackedSteps.TryGetValue(step, out ImmutableArray<IncrementalGeneratorRunStep> runs)
            ? [.. runs.SelectMany(run => run.Outputs).Select(output => output.Reason)]
            : [];

    private static string Format(LinePosition position) => string.Create(CultureInfo.InvariantCulture, $"({position.Line + 1},{position.Character + 1})");

    private static string Format(Diagnostic diagnostic)
    {
        FileLinePositionSpan span = diagnostic.Location.GetLineSpan();
        string file = Path.GetFileName(span.Path) is "Net.cs" ? "" : Path.GetFileName(span.Path);
        return $"{file}{Format(span.StartLinePosition)}-{Format(span.EndLinePosition)} {diagnostic.Id}: {diagnostic.GetMessage(CultureInfo.InvariantCulture)}";
    }
}
