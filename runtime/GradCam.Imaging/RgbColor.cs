namespace GradCam.Imaging;

/// <summary>A colour of 8 bits a channel.</summary>
public readonly record struct RgbColor
{
    /// <summary>Red.</summary>
    public byte Red { get; init; }

    /// <summary>Green.</summary>
    public byte Green { get; init; }

    /// <summary>Blue.</summary>
    public byte Blue { get; init; }
}
