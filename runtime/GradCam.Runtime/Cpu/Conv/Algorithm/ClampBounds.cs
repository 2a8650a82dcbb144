namespace GradCam.Cpu.Conv.Algorithm;

/// <summary>Bounds that a tile's results are clamped to.</summary>
internal enum TileClamp
{
    /// <summary>None.</summary>
    None,

    /// <summary>The lower bound: relu.</summary>
    Low,

    /// <summary>Both bounds.</summary>
    Both,
}

/// <summary>What results are clamped to.</summary>
/// <param name="clamp">Which bounds apply.</param>
/// <param name="low">The lower bound.</param>
/// <param name="high">The upper bound.</param>
internal struct ClampBounds(TileClamp clamp, float low, float high)
{
    /// <summary>Which bounds apply.</summary>
    public TileClamp Clamp = clamp;

    /// <summary>The lower bound.</summary>
    public float Low = low;

    /// <summary>The upper bound.</summary>
    public float High = high;
}
