namespace GradCam.Gpu.Tests.Ptx;

/// <summary>Types of PTX. A name's size is in bits, apart from the predicate's.</summary>
internal enum PtxType
{
    Pred,
    B8,
    U8,
    S8,
    B16,
    U16,
    S16,
    B32,
    U32,
    S32,
    F32,
    B64,
    U64,
    S64,
    F64,
}

/// <summary>What an operand is.</summary>
internal enum PtxOperandKind
{
    None,
    Register,
    Constant,

    /// <summary>A register that is the same for a thread's life, such as %tid.x.</summary>
    Special,

    /// <summary>The address of a shared or local variable.</summary>
    Address,
}

/// <summary>An operand.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Index">Of a register, or of a special one (<see cref="PtxSpecial"/>); of an address 1 for local memory.</param>
/// <param name="Value">A constant's bits, or an address's offset.</param>
/// <param name="IsNegated">Whether a predicate is read as its opposite.</param>
internal readonly record struct PtxOperand(PtxOperandKind Kind, int Index, ulong Value, bool IsNegated = false);

/// <summary>Special registers.</summary>
internal enum PtxSpecial
{
    ThreadX,
    ThreadY,
    ThreadZ,
    ThreadsX,
    ThreadsY,
    ThreadsZ,
    GroupX,
    GroupY,
    GroupZ,
    GroupsX,
    GroupsY,
    GroupsZ,
    Lane,
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

/// <summary>An instruction, decoded.</summary>
internal sealed class PtxInstruction
{
    /// <summary>The first part of its name: add, setp, …</summary>
    public required string Name { get; init; }

    /// <summary>The other parts, without the types.</summary>
    public required string[] Modifiers { get; init; }

    /// <summary>Its type, the last part of its name; of a conversion the source's.</summary>
    public PtxType Type { get; init; }

    /// <summary>A conversion's result.</summary>
    public PtxType ResultType { get; init; }

    /// <summary>A predicate's register, or -1 if it is always done.</summary>
    public int Guard { get; init; } = -1;

    public bool IsGuardNegated { get; init; }

    /// <summary>Registers that it writes.</summary>
    public int[] Results { get; init; } = [];

    public PtxOperand[] Operands { get; init; } = [];

    /// <summary>Of loads, stores and atomics.</summary>
    public PtxSpace Space { get; init; }

    /// <summary>What is added to the address.</summary>
    public long Offset { get; init; }

    /// <summary>Where a branch goes; several of an indexed one.</summary>
    public int[] Targets { get; set; } = [];

    /// <summary>The operation, for a fast choice.</summary>
    public PtxOperation Operation { get; init; }

    /// <summary>The line as it is written, for errors.</summary>
    public required string Text { get; init; }
}

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
