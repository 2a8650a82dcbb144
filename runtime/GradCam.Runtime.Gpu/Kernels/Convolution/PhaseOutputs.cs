using ILGPU;

namespace GradCam.Gpu.Kernels.Convolution;

/// <summary>Which outputs a phase has (<see cref="PhaseTable"/>), in registers: read from the table once for many pixels.</summary>
internal struct PhaseOutputs
{
    public int FirstRow;
    public int FirstColumn;
    public int StepY;
    public int StepX;
    public int Rows;
    public int Columns;
    public Divisor ByRows;
    public Divisor ByColumns;

    /// <summary>Reads a phase's row of the table.</summary>
    public static PhaseOutputs Read(ArrayView<int> table, int phase) => new()
    {
        FirstRow = table[phase + PhaseTable.FirstRow],
        FirstColumn = table[phase + PhaseTable.FirstColumn],
        StepY = table[phase + PhaseTable.StepY],
        StepX = table[phase + PhaseTable.StepX],
        Rows = table[phase + PhaseTable.Rows],
        Columns = table[phase + PhaseTable.Columns],
        ByRows = PhaseTable.DivisorAt(table, phase + PhaseTable.ByRows),
        ByColumns = PhaseTable.DivisorAt(table, phase + PhaseTable.ByColumns),
    };
}
