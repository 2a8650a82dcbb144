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
}
