namespace GradCam;

/// <summary>The numbers of a heatmap that is made larger or smaller.</summary>
public enum HeatmapScale
{
    /// <summary><see cref="Heatmap.Values"/>: after the relu, from 0 to 1.</summary>
    ZeroToOne,

    /// <summary>
    /// <see cref="Heatmap.Raw"/> over its largest magnitude, so that it lies from -1 to 1 and 0 stays 0: what speaks for the class is positive, what speaks
    /// against it negative. All zeros where <see cref="Heatmap.IsFinite"/> is false.
    /// </summary>
    MinusOneToOne,

    /// <summary><see cref="Heatmap.Raw"/>: in units of the logit.</summary>
    Raw,
}
