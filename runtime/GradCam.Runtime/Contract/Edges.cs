using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>Pixels added at (or cut from) the four edges of a map.</summary>
/// <param name="Top">Rows above.</param>
/// <param name="Left">Columns to the left.</param>
/// <param name="Bottom">Rows below.</param>
/// <param name="Right">Columns to the right.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct Edges(int Top, int Left, int Bottom, int Right)
{
    /// <summary>The same number of pixels at every edge.</summary>
    public static implicit operator Edges(int size) => new(size, size, size, size);

    /// <summary>True when nothing is added at any edge.</summary>
    public bool IsEmpty => (Top | Left | Bottom | Right) == 0;
}
