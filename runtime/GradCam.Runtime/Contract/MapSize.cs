using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>The size of a map that has no place in the workspace.</summary>
/// <param name="Channels">Channels.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct MapSize(int Channels, int Height, int Width);
