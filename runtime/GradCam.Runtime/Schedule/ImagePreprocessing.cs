namespace GradCam;

/// <summary>The order of an image's channels.</summary>
public enum ChannelOrder
{
    /// <summary>Red, green, blue.</summary>
    Rgb,

    /// <summary>Blue, green, red.</summary>
    Bgr,

    /// <summary>One channel: ITU-R 601 luma, 0.299 R + 0.587 G + 0.114 B.</summary>
    Gray,
}

/// <summary>How a photo becomes a network's input: resize (or squash), crop the centre, then (pixel * Scale - Mean) / Std per channel.</summary>
public sealed record ImagePreprocessing
{
    /// <summary>The channels' order.</summary>
    public ChannelOrder Order { get; init; } = ChannelOrder.Rgb;

    /// <summary>
    /// The photo's shorter side is resized to this, keeping its shape, before the centre is cropped to the input's size; 0 to squash the photo to the
    /// input's size instead, whatever its shape.
    /// </summary>
    public int ResizeShorterSide { get; init; }

    /// <summary>Multiplies a pixel's 0 to 255; 1/255 by default.</summary>
    public float Scale { get; init; } = 1f / 255;

    /// <summary>Subtracted, per channel; empty for 0.</summary>
    public IReadOnlyList<float> Mean { get; init; } = [];

    /// <summary>Divides, per channel; empty for 1.</summary>
    public IReadOnlyList<float> Std { get; init; } = [];
}
