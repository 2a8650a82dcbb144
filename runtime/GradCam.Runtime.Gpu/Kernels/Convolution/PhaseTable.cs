using ILGPU;

namespace GradCam.Gpu.Kernels.Convolution;

/// <summary>
/// How a convolution's table of integers lies: for each phase a row of these columns, then lists. A phase is the outputs at rows FirstRow + i * StepY and
/// columns FirstColumn + j * StepX, which all have the same taps; output (i, j) reads the inputs at Start + i * InputStepY + j * InputStepX + (an entry of
/// the list).
/// </summary>
internal static class PhaseTable
{
    public const int FirstRow = 0;
    public const int FirstColumn = 1;
    public const int StepY = 2;
    public const int StepX = 3;

    /// <summary>Rows of the phase.</summary>
    public const int Rows = 4;

    /// <summary>Columns of the phase.</summary>
    public const int Columns = 5;
    public const int Start = 6;
    public const int InputStepY = 7;
    public const int InputStepX = 8;

    /// <summary>Terms of a sum: taps times input channels of a group.</summary>
    public const int Terms = 9;

    /// <summary>Where the list of the terms' places begins, in the table.</summary>
    public const int List = 10;

    /// <summary>Where the phase's weights begin: [groups, terms rounded up, outputs of a group rounded up].</summary>
    public const int Weights = 11;

    /// <summary>Rows of weights of a group: terms, rounded up.</summary>
    public const int WeightRows = 12;

    /// <summary>Multiplier and shift of <see cref="Divisor"/>, by the phase's rows, by its columns, and by what the columns are in blocks of four.</summary>
    public const int ByRows = 13;
    public const int ByColumns = 15;
    public const int ByBlocks = 17;

    /// <summary>Integers of a phase.</summary>
    public const int Length = 19;

    /// <summary>Columns of a block, which a thread of <see cref="DepthwiseConvolution"/> takes.</summary>
    public const int BlockColumns = 4;

    /// <summary>Reads a divisor.</summary>
    public static Divisor DivisorAt(ArrayView<int> table, int at) => new() { Multiplier = (uint)table[at], Shift = table[at + 1] };
}
