namespace GradCam;

/// <summary>
/// How a heatmap is enlarged. The picture's edge is the cells' edge, but for <see cref="BilinearAlignedCorners"/>; beyond the outermost centres it goes on.
/// </summary>
public enum HeatmapResampling
{
    /// <summary>Bilinear between the cells' centres: PyTorch's align_corners=False, OpenCV's linear. The default.</summary>
    Bilinear,

    /// <summary>Bilinear, the outermost cells' centres on the outermost pixels' centres: PyTorch's align_corners=True.</summary>
    BilinearAlignedCorners,

    /// <summary>
    /// Bicubic convolution between the cells' centres (Keys 1981, with -0.75 as PyTorch and OpenCV have it). It overshoots; of a normalised map, what leaves
    /// its range is cut off.
    /// </summary>
    Bicubic,

    /// <summary>The cell that the pixel's centre lies in.</summary>
    Nearest,
}
