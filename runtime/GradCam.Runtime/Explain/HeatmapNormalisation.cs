namespace GradCam;

/// <summary>What of a heatmap is made 0 and 1.</summary>
public enum HeatmapNormalisation
{
    /// <summary>The smallest value becomes 0, the largest 1.</summary>
    MinMax,

    /// <summary>0 stays 0, the largest magnitude becomes 1.</summary>
    Max,

    /// <summary>0 stays 0, a percentile of the magnitudes becomes 1, and what lies beyond is cut off.</summary>
    Percentile,

    /// <summary>Nothing: the numbers stay in units of the logit.</summary>
    None,
}
