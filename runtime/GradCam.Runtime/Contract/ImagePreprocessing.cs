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

/// <summary>Who says how a photo becomes a network's input.</summary>
public enum PreprocessingOrigin
{
    /// <summary>The spec's image line.</summary>
    Stated,

    /// <summary>Nobody: a photo is squashed to the input's size and its pixels scaled to 0 to 1, which is a guess. The build warned of it (GCG0040).</summary>
    Assumed,

    /// <summary>The network is given prepared tensors alone: the spec says <c>image none</c>, or no photo becomes such an input. A photo is an
    /// <see cref="InvalidOperationException"/>.</summary>
    TensorsOnly,
}

/// <summary>How a photo becomes a network's input: resize (or squash), crop the centre, then (pixel * Scale - Mean) / StandardDeviation per channel.</summary>
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
    public IReadOnlyList<float> StandardDeviation { get; init; } = [];
}
