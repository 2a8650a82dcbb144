using GradCam.GpuCheck.Ptx;

namespace GradCam.GpuCheck.Counts;

/// <summary>What a kernel's instructions take of a scheduler, which issues one of machine code in a cycle.</summary>
/// <remarks>
/// An instruction of the assembly is not always one of machine code. A product that is added to something is one with the sum, where neither says how it
/// rounds (PTX ISA, add.f32); blocks are put in an order that needs no jumps; what is computed of constants is a constant, and a constant distance is
/// part of a load or store. The numbers of those that are more than one are estimates, on the low side: integers of 64 bits are two of 32; a division is
/// a subroutine of about 20; units of double precision are half as many (CUDA C++ Programming Guide, arithmetic instructions).
/// </remarks>
internal sealed class IssueSlots
{
    private const double Division = 20;
    private const double ConstantDivision = 4;
    private const double FloatDivision = 8;

    /// <summary>16x8x8 products of TF32, or 16x8x16 of half precision, at 495 and 990 TFLOP/s of an H100.</summary>
    private const double Matrix = 4;

    /// <summary>Finds out what a kernel's instructions take.</summary>
    public IssueSlots(PtxKernel kernel)
    {
        IReadOnlyList<PtxInstruction> instructions = kernel.Instructions;
        Kinds = [.. instructions.Select(KindOf)];
        Cycles = [.. instructions.Select(CyclesOf)];
        var values = new Values(kernel);
        var constants = new bool[instructions.Count];
        for (int i = 0; i < instructions.Count; i++)
        {
            PtxInstruction instruction = instructions[i];
            if (instruction.Results.Length == 0 || Kinds[i] != InstructionKind.Integer)
                continue;
            bool[] fixedOperands = [.. instruction.Operands.Select((operand, j) => IsConstant(operand, values.MakerOf(i, j), constants))];
            constants[i] = Array.TrueForAll(fixedOperands, isFixed => isFixed);
            bool isDistance = instruction.Operation == PtxOperation.Add && Array.Exists(fixedOperands, isFixed => isFixed)
                && values.UsesOf(i).All(use => use.Operand == 0 && IsAccess(instructions[use.User]));
            if ((constants[i] || isDistance) && !values.Escapes(i))
                (Kinds[i], Cycles[i]) = (InstructionKind.Free, 0);
        }

        for (int i = 0; i < instructions.Count; i++)
        {
            if (instructions[i].Operation is not (PtxOperation.Add or PtxOperation.Subtract) || Kinds[i] == InstructionKind.Free)
                continue;
            for (int j = 0; j < 2; j++)
            {
                int product = values.MakerOf(i, j);
                if (product < 0 || Kinds[product] == InstructionKind.Free || values.Escapes(product) || values.UsesOf(product).Count > 1
                    || !IsOneWith(instructions[product], instructions[i]))
                    continue;
                (Kinds[product], Cycles[product]) = (InstructionKind.Free, 0);
                (Kinds[i], Cycles[i]) = (instructions[i].Type == PtxType.F32 ? InstructionKind.MultiplyAdd : InstructionKind.Integer, 1);
                break;
            }
        }
    }

    /// <summary>The instructions' kinds.</summary>
    public InstructionKind[] Kinds { get; }

    /// <summary>Cycles of a scheduler that a warp takes for each.</summary>
    public double[] Cycles { get; }

    private static bool IsConstant(PtxOperand operand, int maker, bool[] constants) =>
        operand.Kind is PtxOperandKind.Constant or PtxOperandKind.Address || (maker >= 0 && constants[maker]);

    private static bool IsAccess(PtxInstruction instruction) => instruction.Operation is PtxOperation.Load or PtxOperation.Store;

    /// <summary>Whether a product and a sum that takes it are one instruction.</summary>
    private static bool IsOneWith(PtxInstruction product, PtxInstruction sum) => product.Guard < 0 && sum.Guard < 0 && sum.Type switch
    {
        PtxType.F32 => product.Operation == PtxOperation.Multiply && product.Type == PtxType.F32 && !product.Modifiers.Contains("rn")
            && !sum.Modifiers.Contains("rn"),
        PtxType.S32 or PtxType.U32 => product.Operation == PtxOperation.Multiply,
        PtxType.S64 or PtxType.U64 => product.Operation == PtxOperation.MultiplyWide,
        _ => false,
    };

    private static InstructionKind KindOf(PtxInstruction instruction) => instruction.Operation switch
    {
        PtxOperation.Load or PtxOperation.Store or PtxOperation.Atomic => instruction.Space switch
        {
            PtxSpace.Parameter => InstructionKind.Free,
            PtxSpace.Shared => InstructionKind.Shared,
            _ => InstructionKind.Global,
        },
        PtxOperation.Shuffle => InstructionKind.Shared,
        PtxOperation.Branch when instruction.Guard < 0 => InstructionKind.Free,
        PtxOperation.Branch or PtxOperation.BranchIndexed or PtxOperation.Barrier or PtxOperation.Fence or PtxOperation.Return => InstructionKind.Control,
        PtxOperation.Matrix => InstructionKind.Matrix,
        PtxOperation.Move when instruction.Operands[0].Kind != PtxOperandKind.Special => InstructionKind.Free,
        PtxOperation.Move or PtxOperation.Select or PtxOperation.Compare or PtxOperation.Test or PtxOperation.Convert => InstructionKind.Integer,
        PtxOperation.MultiplyAdd when IsFloat(instruction) => InstructionKind.MultiplyAdd,
        _ => IsFloat(instruction) ? InstructionKind.Float : InstructionKind.Integer,
    };

    private static double CyclesOf(PtxInstruction instruction)
    {
        if (KindOf(instruction) == InstructionKind.Free)
            return 0;

        bool isWide = PtxKernel.SizeOf(instruction.Type) == 8;
        return instruction.Operation switch
        {
            PtxOperation.Matrix => Matrix,
            PtxOperation.Load or PtxOperation.Store or PtxOperation.Atomic or PtxOperation.Branch or PtxOperation.MultiplyWide => 1,
            PtxOperation.Divide or PtxOperation.Remainder when IsFloat(instruction) => isWide ? 2 * FloatDivision : FloatDivision,
            PtxOperation.Divide or PtxOperation.Remainder when instruction.Operands[1].Kind == PtxOperandKind.Constant => ConstantDivision,
            PtxOperation.Divide or PtxOperation.Remainder => isWide ? 2 * Division : Division,
            // The upper half of a wide integer is a register too.
            PtxOperation.ShiftRight when isWide && instruction.Operands[1] is { Kind: PtxOperandKind.Constant, Value: 32 } => 0,
            PtxOperation.Reciprocal or PtxOperation.SquareRoot => isWide ? 2 * FloatDivision : FloatDivision,
            // The lower half of a wide integer is the integer, and the upper one of what has no sign is 0.
            PtxOperation.Convert when instruction.ResultType is PtxType.U32 or PtxType.S32 && isWide && !IsFloat(instruction) => 0,
            PtxOperation.Convert when instruction.ResultType == PtxType.U64 && instruction.Type == PtxType.U32 => 0,
            _ => isWide ? 2 : 1,
        };
    }

    private static bool IsFloat(PtxInstruction instruction) => instruction.Type is PtxType.F32 or PtxType.F64;
}
