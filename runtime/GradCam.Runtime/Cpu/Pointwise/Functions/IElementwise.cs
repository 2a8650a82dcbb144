using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Pointwise.Functions;

/// <summary>An element of the result from an element of each operand.</summary>
internal interface IElementwise
{
    /// <summary>Operands that are read, 1 to 3; the others are zero.</summary>
    static abstract int Operands { get; }

    /// <summary>The function.</summary>
    V Apply<V>(V x, V y, V z)
        where V : struct, ILanes<V>;
}
