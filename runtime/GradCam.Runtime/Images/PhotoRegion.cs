namespace GradCam;

/// <summary>
/// The part of a photo that a network saw, in the photo's pixels: after a centre crop less than the whole, and its edges may lie between pixels.
/// </summary>
/// <param name="PhotoWidth">The photo's width.</param>
/// <param name="PhotoHeight">The photo's height.</param>
/// <param name="Left">The left edge; 0 is the left edge of the first pixel.</param>
/// <param name="Top">The upper edge.</param>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
public readonly record struct PhotoRegion(int PhotoWidth, int PhotoHeight, double Left, double Top, double Width, double Height)
{
    /// <summary>The whole photo.</summary>
    /// <param name="width">The photo's width.</param>
    /// <param name="height">The photo's height.</param>
    public static PhotoRegion Whole(int width, int height) => new(width, height, 0, 0, width, height);

    /// <summary>True when nothing was cropped.</summary>
    public bool IsWhole => Left == 0 && Top == 0 && Width == PhotoWidth && Height == PhotoHeight;
}
