using System.Numerics;
using System.Runtime.CompilerServices;

namespace GradCam.GpuCheck.Ptx;

/// <summary>What instructions compute of the bits of their operands.</summary>
internal static class PtxArithmetic
{
    /// <summary>Computes an instruction's result.</summary>
    public static ulong Compute(PtxInstruction instruction, ulong a, ulong b, ulong c) => instruction.Operation switch
    {
        PtxOperation.Move => a,
        PtxOperation.Select => c != 0 ? a : b,
        PtxOperation.Compare => Compare(instruction, a, b, c),
        PtxOperation.Convert => Convert(instruction, a, b),
        PtxOperation.Test when instruction.Modifiers.Contains("notanumber") => float.IsNaN(Single(a)) ? 1u : 0,
        _ => instruction.Type switch
        {
            PtxType.F32 => Bits(OfFloat(instruction, Single(a), Single(b), Single(c))),
            PtxType.F64 => Bits(OfFloat(instruction, Double(a), Double(b), Double(c))),
            PtxType.Pred => OfPredicate(instruction, a, b),
            PtxType.S32 when instruction.Operation == PtxOperation.MultiplyWide => (ulong)((long)(int)a * (int)b),
            PtxType.S32 => (uint)OfInteger(instruction, (int)a, (int)b, (int)c),
            PtxType.U32 or PtxType.B32 when instruction.Operation == PtxOperation.MultiplyWide => (ulong)(uint)a * (uint)b,
            PtxType.U32 or PtxType.B32 => OfInteger(instruction, (uint)a, (uint)b, (uint)c),
            PtxType.S64 => (ulong)OfInteger(instruction, (long)a, (long)b, (long)c),
            PtxType.U64 or PtxType.B64 => OfInteger(instruction, a, b, c),
            _ => throw new NotSupportedException(instruction.Text),
        },
    };

    private static T OfFloat<T>(PtxInstruction instruction, T a, T b, T c)
        where T : IFloatingPointIeee754<T> => instruction.Operation switch
        {
            PtxOperation.Add => a + b,
            PtxOperation.Subtract => a - b,
            PtxOperation.Multiply => a * b,
            PtxOperation.MultiplyAdd => T.FusedMultiplyAdd(a, b, c),
            PtxOperation.Divide => a / b,
            PtxOperation.Negate => -a,
            PtxOperation.Absolute => T.Abs(a),
            // Of a number and none the number.
            PtxOperation.Minimum => T.MinNumber(a, b),
            PtxOperation.Maximum => T.MaxNumber(a, b),
            PtxOperation.Reciprocal => T.One / a,
            PtxOperation.SquareRoot => T.Sqrt(a),
            _ => throw new NotSupportedException(instruction.Text),
        };

    private static ulong OfPredicate(PtxInstruction instruction, ulong a, ulong b) => instruction.Operation switch
    {
        PtxOperation.And => a & b,
        PtxOperation.Or => a | b,
        PtxOperation.Xor => a ^ b,
        PtxOperation.Not => a ^ 1,
        _ => throw new NotSupportedException(instruction.Text),
    };

    private static T OfInteger<T>(PtxInstruction instruction, T a, T b, T c)
        where T : IBinaryInteger<T> => instruction.Operation switch
        {
            PtxOperation.Add => a + b,
            PtxOperation.Subtract => a - b,
            PtxOperation.Multiply => a * b,
            PtxOperation.MultiplyAdd => a * b + c,
            PtxOperation.Divide => IsMinusOne(b) ? -a : a / NotZero(b, instruction),
            PtxOperation.Remainder => IsMinusOne(b) ? T.Zero : a % NotZero(b, instruction),
            // By more bits than there are, all are lost; of a signed number its sign is left.
            PtxOperation.ShiftLeft => Bits(b) < BitsOf<T>() ? a << Bits(b) : T.Zero,
            PtxOperation.ShiftRight => Bits(b) < BitsOf<T>() ? a >> Bits(b) : T.IsNegative(a) ? -T.One : T.Zero,
            PtxOperation.And => a & b,
            PtxOperation.Or => a | b,
            PtxOperation.Xor => a ^ b,
            PtxOperation.Not => ~a,
            PtxOperation.Negate => -a,
            PtxOperation.Absolute => T.IsNegative(a) ? -a : a,
            PtxOperation.Minimum => T.Min(a, b),
            PtxOperation.Maximum => T.Max(a, b),
            _ => throw new NotSupportedException(instruction.Text),
        };

    /// <summary>The least number divided by it is too large for .NET's division.</summary>
    private static bool IsMinusOne<T>(T value)
        where T : IBinaryInteger<T> => T.IsNegative(value) && value == -T.One;

    /// <summary>How far a shift goes: an unsigned number of 32 bits.</summary>
    private static int Bits<T>(T distance)
        where T : IBinaryInteger<T> => (int)Math.Min(uint.CreateTruncating(distance), int.MaxValue);

    private static int BitsOf<T>()
        where T : IBinaryInteger<T> => 8 * Unsafe.SizeOf<T>();

    /// <summary>
    /// An integer divided by 0 is any value here, and undefined in OpenCL. ILGPU divides before it asks whether it has to, so that what is not used counts too.
    /// </summary>
    private static T NotZero<T>(T divisor, PtxInstruction instruction)
        where T : IBinaryInteger<T> =>
        divisor != T.Zero ? divisor : throw new InvalidOperationException($"Divided by 0: {instruction.Text}");

    private static ulong Compare(PtxInstruction instruction, ulong a, ulong b, ulong c)
    {
        string comparison = instruction.Modifiers[0];
        bool isTrue = instruction.Type switch
        {
            PtxType.F32 => IsTrue(comparison, Single(a), Single(b)),
            PtxType.F64 => IsTrue(comparison, Double(a), Double(b)),
            PtxType.S32 => IsTrue(comparison, ((int)a).CompareTo((int)b)),
            PtxType.U32 or PtxType.B32 => IsTrue(comparison, ((uint)a).CompareTo((uint)b)),
            PtxType.S64 => IsTrue(comparison, ((long)a).CompareTo((long)b)),
            PtxType.U64 or PtxType.B64 => IsTrue(comparison, a.CompareTo(b)),
            _ => throw new NotSupportedException(instruction.Text),
        };
        ulong result = isTrue ? 1u : 0;
        return instruction.Modifiers.Length == 1 ? result : instruction.Modifiers[1] switch
        {
            "or" => result | c,
            "and" => result & c,
            "xor" => result ^ c,
            _ => throw new NotSupportedException(instruction.Text),
        };
    }

    /// <summary>Comparisons that end in u are true of what is no number.</summary>
    private static bool IsTrue(string comparison, double a, double b) => comparison switch
    {
        "lt" => a < b,
        "le" => a <= b,
        "gt" => a > b,
        "ge" => a >= b,
        "eq" => a == b,
        "ne" => a < b || a > b,
        "ltu" => !(a >= b),
        "leu" => !(a > b),
        "gtu" => !(a <= b),
        "geu" => !(a < b),
        "equ" => !(a < b || a > b),
        "neu" => a != b,
        _ => throw new NotSupportedException(comparison),
    };

    private static bool IsTrue(string comparison, int order) => comparison switch
    {
        "lt" or "lo" => order < 0,
        "le" or "ls" => order <= 0,
        "gt" or "hi" => order > 0,
        "ge" or "hs" => order >= 0,
        "eq" => order == 0,
        "ne" => order != 0,
        _ => throw new NotSupportedException(comparison),
    };

    private static ulong Convert(PtxInstruction instruction, ulong a, ulong b)
    {
        if (instruction.Modifiers.Contains("f16x2"))
            return (uint)(BitConverter.HalfToUInt16Bits((Half)Single(a)) << 16 | BitConverter.HalfToUInt16Bits((Half)Single(b)));
        // To the nearest, of two the one that is farther from 0.
        if (instruction.Modifiers.Contains("tf32"))
            return (uint)(a + 0x1000) & 0xffffe000;

        return (instruction.ResultType, instruction.Type) switch
        {
            (PtxType.F32, PtxType.S32) when Rounds(instruction, "rn") => Bits((float)(int)a),
            (PtxType.F32, PtxType.U32) when Rounds(instruction, "rn") => Bits((float)(uint)a),
            (PtxType.F32, PtxType.F64) when Rounds(instruction, "rn") => Bits((float)Double(a)),
            (PtxType.F64, PtxType.F32) => Bits((double)Single(a)),
            (PtxType.F64, PtxType.S32) when Rounds(instruction, "rn") => Bits((double)(int)a),
            (PtxType.S32, PtxType.F32) when Rounds(instruction, "rzi") => (uint)(int)Single(a),
            (PtxType.S32 or PtxType.U32, PtxType.U8) => (byte)a,
            (PtxType.S64, PtxType.S32) => (ulong)(int)a,
            (PtxType.U64, PtxType.U32) => (uint)a,
            (PtxType.S32 or PtxType.U32, PtxType.S64 or PtxType.U64) => (uint)a,
            _ => throw new NotSupportedException(instruction.Text),
        };
    }

    private static bool Rounds(PtxInstruction instruction, string how) => instruction.Modifiers.Contains(how);

    private static float Single(ulong bits) => BitConverter.UInt32BitsToSingle((uint)bits);

    private static double Double(ulong bits) => BitConverter.UInt64BitsToDouble(bits);

    private static ulong Bits(float value) => BitConverter.SingleToUInt32Bits(value);

    private static ulong Bits(double value) => BitConverter.DoubleToUInt64Bits(value);
}
