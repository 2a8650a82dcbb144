namespace GradCam.Onnx.Tests;

/// <summary>The operator tests that lie outside what the import claims (the limits in Onnx/README.md), with what the diagnostic says.</summary>
internal static class OperatorLimits
{
    private static readonly Dictionary<string, string> Limits = new(StringComparer.Ordinal)
    {
    };

    /// <summary>Tests that are no network of one image: they have no input, or several that no network of one image has.</summary>
    private static readonly HashSet<string> NoCases = new(StringComparer.Ordinal)
    {
    };

    /// <summary>Tests of what constant folding does not do.</summary>
    private static readonly HashSet<string> NotFolded = new(StringComparer.Ordinal)
    {
    };

    public static IEnumerable<string> Tests => Limits.Keys;

    public static string? Of(string test) => Limits.TryGetValue(test, out string? limit) ? limit : null;

    public static bool IsNoCase(string test) => NoCases.Contains(test);

    public static bool IsNotFolded(string test) => NotFolded.Contains(test);
}
