using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>A height and a width, in pixels (or taps).</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct Extent(int Height, int Width)
{
    /// <summary>A square extent.</summary>
    public static implicit operator Extent(int size) => new(size, size);

    /// <summary>An extent from a (height, width) pair.</summary>
    public static implicit operator Extent((int Height, int Width) size) => new(size.Height, size.Width);
}
