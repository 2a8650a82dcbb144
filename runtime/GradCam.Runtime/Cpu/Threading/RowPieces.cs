namespace GradCam.Cpu.Threading;

/// <summary>
/// A map's rows, divided evenly into pieces of work, as many for each thread: so a thread has the same part of every map, and reads what it wrote.
/// </summary>
internal readonly struct RowPieces
{
    /// <summary>Elements below which waking another thread costs more than it gains.</summary>
    private const int AloneElements = 1 << 15;

    /// <summary>Elements of a piece: 64 KiB, which stay in the second-level cache from one pass over them to the next.</summary>
    private const int PieceElements = 1 << 14;

    private readonly int _rows;

    /// <summary>Divides rows.</summary>
    /// <param name="team">The threads.</param>
    /// <param name="rows">Rows of the map.</param>
    /// <param name="elementsPerRow">Elements that are read or written in a row.</param>
    /// <param name="least">Rows that a piece should have where neighbouring pieces repeat work.</param>
    public RowPieces(Team team, int rows, long elementsPerRow, int least = 1)
    {
        _rows = rows;
        Count = 1;
        if (rows * elementsPerRow > AloneElements)
        {
            long fitting = (rows * elementsPerRow + PieceElements - 1) / PieceElements;
            Count = (int)Math.Clamp((fitting + team.Threads - 1) / team.Threads * team.Threads, 1, Math.Max(rows / least, 1));
        }
    }

    /// <summary>Pieces.</summary>
    public int Count { get; }

    /// <summary>The first row of a piece, and the row after its last.</summary>
    public (int From, int To) this[int index] => ((int)((long)_rows * index / Count), (int)((long)_rows * (index + 1) / Count));
}
