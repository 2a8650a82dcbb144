using GradCam.Gen.Tool.Graphs;
using GradCam.Imaging;

namespace GradCam.Gen.Tool.Reports;

/// <summary>What is the same for all photos of a report.</summary>
internal sealed record ReportHead
{
    /// <summary>What to call the network.</summary>
    public required string Name { get; init; }

    /// <summary>What the reader should know of it before they believe its results; null where there is nothing.</summary>
    public required string? Note { get; init; }

    /// <summary>The network's description.</summary>
    public required NetworkInfo Info { get; init; }

    /// <summary>Its operations and memory.</summary>
    public required NetworkAnatomy Anatomy { get; init; }

    /// <summary>Layers and methods.</summary>
    public required ReportSettings Report { get; init; }

    /// <summary>How maps are drawn at first.</summary>
    public required OverlayOptions Overlay { get; init; }

    /// <summary>True for what speaks against classes.</summary>
    public required bool IsCounterfactual { get; init; }
}
