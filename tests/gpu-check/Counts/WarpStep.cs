using GradCam.GpuCheck.Ptx;

namespace GradCam.GpuCheck.Counts;

/// <summary>An instruction as <see cref="WarpMachine"/> runs it: operands are rows of a warp's registers, constants and special registers among them.</summary>
internal sealed class WarpStep
{
    /// <summary>The instruction.</summary>
    public required PtxInstruction Instruction { get; init; }

    /// <summary>What it takes (<see cref="IssueSlots"/>).</summary>
    public double Cycles { get; init; }

    /// <summary>Rows of its operands, in their order.</summary>
    public required int[] Rows { get; init; }

    /// <summary>How all lanes are computed at once, if they can be.</summary>
    public WarpArithmetic Arithmetic { get; init; }
}

/// <summary>Instructions that all lanes compute at once; they are nearly all of a convolution's.</summary>
internal enum WarpArithmetic
{
    /// <summary>Lane by lane.</summary>
    None,
    Copy,
    AddSingle,
    SubtractSingle,
    MultiplySingle,
    MultiplyAddSingle,
    AddInteger,
    MultiplyInteger,
    MultiplyAddInteger,
    MultiplyWideSigned,
    MultiplyWideUnsigned,
    AddLong,
    Widen,
    Select,
}
