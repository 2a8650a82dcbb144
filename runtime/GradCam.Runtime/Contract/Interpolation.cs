using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>How an upsampled pixel is computed.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum Interpolation
{
    /// <summary>The nearest source pixel: floor(y * in / out).</summary>
    Nearest,

    /// <summary>Bilinear, half-pixel centres (align_corners = false).</summary>
    Bilinear,

    /// <summary>Bilinear, corners aligned.</summary>
    BilinearAlignCorners,
}
