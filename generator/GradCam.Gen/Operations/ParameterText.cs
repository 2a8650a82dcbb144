using GradCam.Gen.Model;
using static System.FormattableString;

namespace GradCam.Gen.Operations;

/// <summary>The parameters of a layer in generated code.</summary>
/// <param name="Type">A type of the runtime's.</param>
/// <param name="Arguments">Named arguments of its constructor, without the id.</param>
internal sealed record ParameterList(string Type, IReadOnlyList<string> Arguments)
{
    /// <summary>True where a backend prepares the layer's weights under a number, which is the first argument.</summary>
    public bool HasId { get; init; }
}

/// <summary>Parameters as C#.</summary>
internal static class ParameterText
{
    public static string Bool(bool value) => value ? "true" : "false";

    public static string Window(Window window) => IsSquare(window)
        ? $"{Identifiers.Square}({string.Join(", ", SquareArguments(window))})"
        : $"new({string.Join(", ", WindowArguments(window))})";

    public static IReadOnlyList<string> WindowArguments(Window window) =>
    [
        "Kernel: " + Extent(window.Kernel),
        "Stride: " + Extent(window.Stride),
        "Pad: " + Edges(window.Pad),
        "Dilation: " + Extent(window.Dilation),
    ];

    public static string Edges(Edges edges) =>
        edges == new Edges(edges.Top, edges.Top, edges.Top, edges.Top) ? Invariant($"{edges.Top}") : $"new({string.Join(", ", EdgeArguments(edges))})";

    public static IReadOnlyList<string> EdgeArguments(Edges edges) =>
        [Invariant($"Top: {edges.Top}"), Invariant($"Left: {edges.Left}"), Invariant($"Bottom: {edges.Bottom}"), Invariant($"Right: {edges.Right}")];

    private static bool IsSquare(Window window) =>
        window.Kernel.Height == window.Kernel.Width && window.Stride.Height == window.Stride.Width && window.Dilation.Height == window.Dilation.Width
        && window.Pad == new Edges(window.Pad.Top, window.Pad.Top, window.Pad.Top, window.Pad.Top);

    private static IEnumerable<string> SquareArguments(Window window)
    {
        yield return Extent(window.Kernel);
        if (window.Stride.Height != 1)
            yield return "stride: " + Extent(window.Stride);
        if (!window.Pad.IsEmpty)
            yield return "pad: " + Edges(window.Pad);
        if (window.Dilation.Height != 1)
            yield return "dilation: " + Extent(window.Dilation);
    }

    private static string Extent(Extent extent) =>
        extent.Height == extent.Width ? Invariant($"{extent.Height}") : Invariant($"({extent.Height}, {extent.Width})");
}
