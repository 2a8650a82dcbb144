namespace GradCam.GpuCheck.Ptx;

/// <summary>Operations.</summary>
internal enum PtxOperation
{
    Move,
    Add,
    Subtract,
    Multiply,
    MultiplyWide,
    MultiplyAdd,
    Divide,
    Remainder,
    ShiftLeft,
    ShiftRight,
    And,
    Or,
    Xor,
    Not,
    Negate,
    Absolute,
    Minimum,
    Maximum,
    Compare,
    Select,
    Test,
    Convert,
    Load,
    Store,
    Branch,
    BranchIndexed,
    Barrier,
    Fence,
    Shuffle,
    Atomic,
    Reciprocal,
    SquareRoot,
    Matrix,
    Return,
}

/// <summary>Where a load or store goes.</summary>
internal enum PtxSpace
{
    Generic,
    Parameter,
    Global,
    Shared,
    Local,
}
