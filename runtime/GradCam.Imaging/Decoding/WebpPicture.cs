namespace GradCam.Imaging.Decoding;

/// <summary>The first picture of an animation in WebP.</summary>
/// <param name="WholeWidth">Columns of the animation.</param>
/// <param name="WholeHeight">Rows of the animation.</param>
/// <param name="X">Where the picture's first column lies.</param>
/// <param name="Y">Where its first row lies.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Height">Its rows.</param>
/// <param name="Chunks">Its chunks in the file: transparency, pixels.</param>
internal readonly record struct WebpPicture(int WholeWidth, int WholeHeight, int X, int Y, int Width, int Height, Range Chunks)
{
    /// <summary>Whether it lies within the whole.</summary>
    public bool Fits => X + Width <= WholeWidth && Y + Height <= WholeHeight;
}
