namespace GradCam;

/// <summary>How much of a heatmap lies in a place.</summary>
public readonly record struct HeatmapEnergy
{
    /// <summary>The sum inside; NaN where the heatmap is not finite.</summary>
    public required double Inside { get; init; }

    /// <summary>The sum over the whole photo; NaN where the heatmap is not finite.</summary>
    public required double Total { get; init; }

    /// <summary>The share that lies inside, 0 to 1; NaN where nothing is positive, or the heatmap is not finite.</summary>
    public double Share => Inside / Total;
}
