namespace GradCam.GpuCheck.Ptx;

/// <summary>An operand.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Index">Of a register, or of a special one (<see cref="PtxSpecial"/>); of an address 1 for local memory.</param>
/// <param name="Value">A constant's bits, or an address's offset.</param>
/// <param name="IsNegated">Whether a predicate is read as its opposite.</param>
internal readonly record struct PtxOperand(PtxOperandKind Kind, int Index, ulong Value, bool IsNegated = false);

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
