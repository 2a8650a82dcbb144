namespace GradCam.Evaluate;

/// <summary>How alike two maps are.</summary>
public readonly record struct MapSimilarity
{
    /// <summary>Structural similarity, of windows of 7 pixels (fewer where the map is smaller) and the range 1: 1 where the maps are equal.</summary>
    public required double Ssim { get; init; }

    /// <summary>Spearman's rank correlation; 0 where one of them is constant.</summary>
    public required double Spearman { get; init; }
}
