using GradCam.Gen.Tool.Reports;

namespace GradCam.Gen.Tool.Explain;

/// <summary>A photo's result, as far as it is printed.</summary>
internal sealed record Explanation(
    PhotoFile Photo, IReadOnlyList<(Prediction Prediction, string Name)> Top, int ClassIndex, string ClassName, string LayerName, IExplanationMethod Method,
    bool IsCounterfactual, bool IsFinite, bool IsFlat, IReadOnlyList<string> Written)
{
    /// <summary>What a report has of it; null without one.</summary>
    public PhotoRecord? Record { get; init; }
}
