using Microsoft.CodeAnalysis;

namespace GradCam.Gen.Diagnostics;

/// <summary>A problem whose place is known: all that a Roslyn diagnostic needs.</summary>
internal sealed record ReportedProblem(string Id, SourcePlace Place, EquatableArray<string> Arguments, string Note = "")
{
    public Diagnostic ToDiagnostic() => Diagnostic.Create(Descriptors.Find(Id, Note), Place.ToLocation(), [.. Arguments]);
}
