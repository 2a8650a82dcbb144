namespace GradCam.Imaging;

/// <summary>How photos are decoded.</summary>
public sealed record PhotoOptions
{
    /// <summary>
    /// The most pixels that are decoded; 400 million by default, which take 1.6 GB. It is checked on the file's header, before any memory is
    /// taken, so that a small file that claims to be huge does no harm.
    /// </summary>
    public long MaxPixels { get; init; } = 400_000_000;

    /// <summary>Whether the EXIF orientation is applied, as every viewer does. True by default.</summary>
    public bool ApplyOrientation { get; init; } = true;
}
