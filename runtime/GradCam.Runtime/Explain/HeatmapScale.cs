namespace GradCam;

/// <summary>
/// The numbers of a heatmap that is copied, or made larger or smaller: with or without what speaks against the class, and what is made 1. Normalised maps are
/// zeros where <see cref="Heatmap.IsFinite"/> is false or there is nothing but zeros; those of <see cref="HeatmapNormalisation.MinMax"/> where they are
/// constant, too. Maps are normalised at the layer's size, then resized.
/// </summary>
public readonly record struct HeatmapScale
{
    private readonly double _percentile;

    private HeatmapScale(double percentile) => _percentile = percentile;

    /// <summary><see cref="Heatmap.Values"/>: after the relu, from 0 to 1. The default value.</summary>
    public static HeatmapScale ZeroToOne => default;

    /// <summary>
    /// <see cref="Heatmap.Raw"/> over its largest magnitude, so that it lies from -1 to 1 and 0 stays 0: what speaks for the class is positive, what speaks
    /// against it negative.
    /// </summary>
    public static HeatmapScale MinusOneToOne => new() { IsSigned = true, Normalisation = HeatmapNormalisation.Max };

    /// <summary><see cref="Heatmap.Raw"/>: in units of the logit, NaN included.</summary>
    public static HeatmapScale Raw => new() { IsSigned = true, Normalisation = HeatmapNormalisation.None };

    /// <summary>True for the map with what speaks against the class, false for its relu.</summary>
    public bool IsSigned { get; init; }

    /// <summary>What is made 0 and 1.</summary>
    public HeatmapNormalisation Normalisation { get; init; }

    /// <summary>For <see cref="HeatmapNormalisation.Percentile"/>: of the magnitudes, which one becomes 1, from 0 to 100.</summary>
    public double PercentileOfMagnitudes => Normalisation == HeatmapNormalisation.Percentile && _percentile == 0 ? 98 : _percentile;

    /// <summary>
    /// The map over a percentile of its magnitudes, with what lies beyond cut off: a few large cells then do not make all others dark. NumPy's percentile, with
    /// linear interpolation; where it is 0, the largest magnitude takes its place.
    /// </summary>
    /// <param name="percentile">Above 0, up to 100.</param>
    /// <param name="isSigned">True for -1 to 1, false for the relu from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 0 and up to 100.</exception>
    public static HeatmapScale Percentile(double percentile = 98, bool isSigned = false) => percentile is > 0 and <= 100
        ? new HeatmapScale(percentile) { IsSigned = isSigned, Normalisation = HeatmapNormalisation.Percentile }
        : throw new ArgumentOutOfRangeException(nameof(percentile), percentile, "Expected above 0 and up to 100.");
}
