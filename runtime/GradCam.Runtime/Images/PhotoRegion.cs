namespace GradCam;

/// <summary>
/// The part of a photo that a network saw, in the photo's pixels: after a centre crop less than the whole, and its edges may lie between pixels.
/// </summary>
public readonly record struct PhotoRegion
{
    /// <summary>The photo's width.</summary>
    public required int PhotoWidth { get; init; }

    /// <summary>The photo's height.</summary>
    public required int PhotoHeight { get; init; }

    /// <summary>The left edge; 0 is the left edge of the first pixel.</summary>
    public required double Left { get; init; }

    /// <summary>The upper edge.</summary>
    public required double Top { get; init; }

    /// <summary>Width.</summary>
    public required double Width { get; init; }

    /// <summary>Height.</summary>
    public required double Height { get; init; }

    /// <summary>True when nothing was cropped.</summary>
    public bool IsWhole => Left == 0 && Top == 0 && Width == PhotoWidth && Height == PhotoHeight;

    /// <summary>The whole photo.</summary>
    /// <param name="width">The photo's width.</param>
    /// <param name="height">The photo's height.</param>
    public static PhotoRegion Whole(int width, int height) =>
        new() { PhotoWidth = width, PhotoHeight = height, Left = 0, Top = 0, Width = width, Height = height };

    /// <summary>The pixels whose centres lie in a part of an axis; where it lies between two centres, the one that it has its middle in.</summary>
    /// <param name="start">Where the part begins, in pixels.</param>
    /// <param name="length">As many pixels as it is long.</param>
    internal static (double First, double End) PixelsIn(double start, double length)
    {
        (double first, double end) = (Math.Ceiling(start - 0.5), Math.Ceiling(start + length - 0.5));
        double middle = Math.Floor(start + length / 2);
        return end > first ? (first, end) : (middle, middle + 1);
    }
}
