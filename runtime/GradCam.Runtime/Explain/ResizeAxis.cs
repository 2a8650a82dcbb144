namespace GradCam.Explain;

/// <summary>One axis of a resizing: which pixels of the destination lie on the map, and where on it.</summary>
internal readonly struct ResizeAxis
{
    private readonly double _start;
    private readonly int _offset;
    private readonly double _scale;
    private readonly bool _alignCorners;

    /// <summary>An axis.</summary>
    /// <param name="sourceSize">Cells.</param>
    /// <param name="start">Where the map begins, in pixels of the destination.</param>
    /// <param name="length">As many pixels as it is long.</param>
    /// <param name="offset">The pixel that is written first.</param>
    /// <param name="count">Pixels written.</param>
    /// <param name="alignCorners">Whether the outermost centres lie on each other.</param>
    public ResizeAxis(int sourceSize, double start, double length, int offset, int count, bool alignCorners)
    {
        SourceSize = sourceSize;
        _start = start;
        _offset = offset;
        (double first, double end) = PhotoRegion.PixelsIn(start, length);
        First = (int)Math.Clamp(first - offset, 0, count);
        End = (int)Math.Clamp(end - offset, 0, count);
        _scale = !alignCorners ? sourceSize / length : length > 1 ? (sourceSize - 1) / (length - 1) : 0;
        _alignCorners = alignCorners;
    }

    public int SourceSize { get; }

    /// <summary>The first pixel whose centre lies on the map (of a map between two centres, the one pixel), counted from the first one written.</summary>
    public int First { get; }

    /// <summary>The one after the last.</summary>
    public int End { get; }

    public bool IsEmpty => End <= First;

    /// <summary>Where a pixel's centre lies, in cells from the first cell's centre; beyond the outermost centres too.</summary>
    public double Position(int pixel) => _alignCorners ? (_offset + pixel - _start) * _scale : (_offset + pixel + 0.5 - _start) * _scale - 0.5;

    /// <summary>The cell that a pixel's centre lies in.</summary>
    public int Nearest(int pixel) => Math.Clamp((int)Math.Floor(Position(pixel) + 0.5), 0, SourceSize - 1);

    /// <summary>The two cells around a pixel's centre, and how far it is from the first one to the second.</summary>
    public (int Before, int After, float T) Between(int pixel)
    {
        double position = Math.Clamp(Position(pixel), 0, SourceSize - 1);
        int before = (int)position;
        return (before, Math.Min(before + 1, SourceSize - 1), (float)(position - before));
    }
}
