namespace GradCam.GpuCheck.Counts;

/// <summary>Kinds of instructions.</summary>
internal enum InstructionKind
{
    /// <summary>Multiply-adds of floats.</summary>
    MultiplyAdd,

    /// <summary>Other arithmetic of floats.</summary>
    Float,

    /// <summary>Integers, addresses, predicates, selections and conversions.</summary>
    Integer,

    /// <summary>Loads and stores of shared memory, and shuffles.</summary>
    Shared,

    /// <summary>Loads, stores and atomics of global memory.</summary>
    Global,

    /// <summary>Branches, barriers, fences.</summary>
    Control,

    /// <summary>Tensor cores.</summary>
    Matrix,

    /// <summary>What machine code has no instruction for: parameters, which are operands there, copies of registers, jumps without a condition.</summary>
    Free,
}

