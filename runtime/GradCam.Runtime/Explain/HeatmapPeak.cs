namespace GradCam;

/// <summary>The largest cell of a heatmap.</summary>
public readonly record struct HeatmapPeak
{
    /// <summary>The cell's row.</summary>
    public required int Row { get; init; }

    /// <summary>The cell's column.</summary>
    public required int Column { get; init; }

    /// <summary>Its value in <see cref="Heatmap.Raw"/>.</summary>
    public required float Value { get; init; }

    /// <summary>The cell's centre on the photo, from its left edge, in pixels: 0.5 is the middle of the first pixel.</summary>
    public required double PhotoX { get; init; }

    /// <summary>The cell's centre on the photo, from its upper edge.</summary>
    public required double PhotoY { get; init; }
}
