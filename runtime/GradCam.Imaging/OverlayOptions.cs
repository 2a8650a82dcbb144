namespace GradCam.Imaging;

/// <summary>How a heatmap's colours and a photo mix.</summary>
public enum BlendMode
{
    /// <summary>
    /// Everywhere alike: photo * (1 - opacity) + colour * opacity, as pytorch-grad-cam's show_cam_on_image (without its division by the brightest pixel).
    /// </summary>
    Uniform,

    /// <summary>By the heat: a position of value v gets opacity * v, so that the photo stays clear where the network did not look.</summary>
    ByHeat,
}

/// <summary>How a heatmap is laid over a photo.</summary>
public sealed record OverlayOptions
{
    /// <summary>The colours; turbo by default.</summary>
    public ColorMap ColorMap { get; init; } = ColorMap.Turbo;

    /// <summary>The colours' share, 0 to 1; 0.5 by default.</summary>
    public double Opacity { get; init; } = 0.5;

    /// <summary>How colours and photo mix; everywhere alike by default.</summary>
    public BlendMode Blend { get; init; } = BlendMode.Uniform;
}
