namespace GradCam.Evaluate;

/// <summary>Where a map's largest value is.</summary>
public enum PeakRule
{
    /// <summary>At the centre of the largest cell of <see cref="Heatmap.Raw"/>, the first of equal ones: one place.</summary>
    Cell,

    /// <summary>
    /// At the first largest pixel of the map enlarged to the photo, as other libraries have it. A bilinear map is flat beyond the outermost cells' centres, so
    /// that this is the first of several equal pixels where an outer cell is the largest.
    /// </summary>
    Pixel,
}
