namespace GradCam.Imaging;

/// <summary>How photos are decoded.</summary>
public sealed record PhotoOptions
{
    /// <summary>
    /// The most pixels that are decoded; 100 million by default, which take 400 MB. It is checked on the file's header, before any memory is taken, as is
    /// whether so few bytes can hold so many pixels at all.
    /// </summary>
    public long MaxPixels { get; init; } = 100_000_000;

    /// <summary>
    /// Whether what is there is taken of a file that ends early (a broken download, a camera that lost its connection), with
    /// <see cref="Photo.IsComplete"/> false. False by default: such a file is an error.
    /// </summary>
    public bool AllowIncomplete { get; init; }

    /// <summary>Whether the EXIF orientation is applied, as every viewer does. True by default.</summary>
    public bool ApplyOrientation { get; init; } = true;
}
