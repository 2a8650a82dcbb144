namespace GradCam.Cpu;

/// <summary>How a map's rows are divided into pieces of work.</summary>
internal static class Pieces
{
    /// <summary>Elements below which waking another thread costs more than it gains.</summary>
    private const int AloneElements = 1 << 16;

    /// <summary>Elements of a piece: 64 KiB, which stay in the second-level cache from one pass over them to the next.</summary>
    private const int PieceElements = 1 << 14;

    /// <summary>Rows of a piece.</summary>
    /// <param name="rows">Rows of the map.</param>
    /// <param name="elementsPerRow">Elements that are read or written in a row.</param>
    /// <param name="least">Rows that a piece should have where neighbouring pieces repeat work.</param>
    public static int RowsPerPiece(int rows, long elementsPerRow, int least = 1)
    {
        if (rows * elementsPerRow <= AloneElements)
            return rows;
        return (int)Math.Clamp(PieceElements / Math.Max(elementsPerRow, 1), Math.Min(least, rows), rows);
    }

    /// <summary>Pieces of so many rows.</summary>
    public static int Count(int rows, int rowsPerPiece) => (rows + rowsPerPiece - 1) / rowsPerPiece;
}
