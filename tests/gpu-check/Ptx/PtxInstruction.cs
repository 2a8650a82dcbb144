namespace GradCam.GpuCheck.Ptx;

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
