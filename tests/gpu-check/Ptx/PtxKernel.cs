using System.Globalization;
using System.Text.RegularExpressions;

namespace GradCam.GpuCheck.Ptx;

/// <summary>A kernel of NVIDIA's assembly, decoded. What it does not know it refuses.</summary>
internal sealed partial class PtxKernel
{
    private readonly Dictionary<string, int> _registers = [];
    private readonly List<PtxType> _registerTypes = [];
    private readonly Dictionary<string, PtxOperand> _variables = [];

    private PtxKernel()
    {
    }

    /// <summary>Parameters by their order: offset and bytes.</summary>
    public List<(int Offset, int Bytes)> Parameters { get; } = [];

    /// <summary>Bytes of all parameters.</summary>
    public int ParameterBytes { get; private set; }

    public int SharedBytes { get; private set; }

    public int LocalBytes { get; private set; }

    public int RegisterCount => _registerTypes.Count;

    public IReadOnlyList<PtxInstruction> Instructions { get; private set; } = [];

    /// <summary>Decodes a module of one kernel.</summary>
    public static PtxKernel Parse(string assembly)
    {
        string text = Comment().Replace(assembly, "");
        int entry = text.IndexOf(".entry", StringComparison.Ordinal);
        int open = text.IndexOf('(', entry);
        int close = text.IndexOf(')', open);
        int body = text.IndexOf('{', close);
        var kernel = new PtxKernel();
        var parameters = new Dictionary<string, int>();
        foreach (string parameter in text[(open + 1)..close].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            kernel.AddParameter(parameter, parameters);
        kernel.Decode(text[(body + 1)..text.LastIndexOf('}')], parameters);
        return kernel;
    }

    private void AddParameter(string text, Dictionary<string, int> parameters)
    {
        // .param .align 8 .b8 _arena[16], or .param .b32 _count
        Match match = ParameterPattern().Match(text);
        int bytes = match.Groups["bytes"].Success ? Number(match.Groups["bytes"].Value) : SizeOf(TypeOf(match.Groups["type"].Value));
        int align = match.Groups["align"].Success ? Number(match.Groups["align"].Value) : bytes;
        int offset = (ParameterBytes + align - 1) / align * align;
        parameters.Add(match.Groups["name"].Value, offset);
        Parameters.Add((offset, bytes));
        ParameterBytes = offset + bytes;
    }

    private void Decode(string body, Dictionary<string, int> parameters)
    {
        var instructions = new List<PtxInstruction>();
        var labels = new Dictionary<string, int>();
        var tables = new Dictionary<string, string[]>();
        var jumps = new List<(PtxInstruction Instruction, string Label)>();
        foreach (string part in body.Split(';'))
        {
            string text = part.Trim();
            string label = "";
            for (Match match = Label().Match(text); match.Success; match = Label().Match(text))
            {
                label = match.Groups["name"].Value;
                labels.Add(label, instructions.Count);
                text = text[match.Length..].Trim();
            }

            if (text.Length == 0)
                continue;
            if (text.StartsWith(".branchtargets", StringComparison.Ordinal))
                tables.Add(label, text[".branchtargets".Length..].Split(',', StringSplitOptions.TrimEntries));
            else if (text[0] == '.')
                Declare(text);
            else
                instructions.Add(DecodeInstruction(text, parameters, jumps));
        }

        foreach ((PtxInstruction instruction, string label) in jumps)
        {
            instruction.Targets = instruction.Operation == PtxOperation.BranchIndexed
                ? [.. tables[label].Select(target => labels[target])]
                : [labels[label]];
        }

        Instructions = instructions;
    }

    /// <summary>.reg .f32 %f&lt;5&gt;, .shared .align 16 .b8 name[bytes] or .local the same.</summary>
    private void Declare(string text)
    {
        if (RegisterPattern().Match(text) is { Success: true } registers)
        {
            int count = Number(registers.Groups["count"].Value);
            for (int i = 0; i < count; i++)
            {
                _registers.Add(registers.Groups["name"].Value + i.ToString(CultureInfo.InvariantCulture), _registerTypes.Count);
                _registerTypes.Add(TypeOf(registers.Groups["type"].Value));
            }

            return;
        }

        Match variable = VariablePattern().Match(text);
        Expect(variable.Success, text);
        bool isShared = variable.Groups["space"].Value == "shared";
        int align = Number(variable.Groups["align"].Value);
        int start = ((isShared ? SharedBytes : LocalBytes) + align - 1) / align * align;
        int end = start + Number(variable.Groups["bytes"].Value);
        (SharedBytes, LocalBytes) = isShared ? (end, LocalBytes) : (SharedBytes, end);
        _variables.Add(variable.Groups["name"].Value, new PtxOperand(PtxOperandKind.Address, isShared ? 0 : 1, (ulong)start));
    }

    private PtxInstruction DecodeInstruction(string text, Dictionary<string, int> parameters, List<(PtxInstruction Instruction, string Label)> jumps)
    {
        Match match = InstructionPattern().Match(text);
        Expect(match.Success, text);
        string[] name = match.Groups["name"].Value.Split('.');
        string[] operands = [.. OperandPattern().Matches(match.Groups["operands"].Value).Select(operand => operand.Value.Trim())];
        PtxOperation operation = OperationOf(name[0], name, text);
        PtxType[] types = [.. name.Skip(1).Where(IsType).Select(TypeOf)];
        PtxType type = types.Length > 0 ? types[^1] : PtxType.B32;
        var space = PtxSpace.Generic;
        long offset = 0;
        List<int> results = [];
        List<PtxOperand> sources = [];
        string label = "";
        int address = operation switch { PtxOperation.Load => 1, PtxOperation.Store => 0, PtxOperation.Atomic => 1, _ => -1 };
        bool hasResult = operation is not (PtxOperation.Store or PtxOperation.Branch or PtxOperation.BranchIndexed or PtxOperation.Barrier
            or PtxOperation.Fence or PtxOperation.Return);
        for (int i = 0; i < operands.Length; i++)
        {
            string operand = operands[i];
            if (i == 0 && hasResult)
            {
                results.AddRange(Vector(operand).Select(register => Register(register, text)));
            }
            else if (i == address)
            {
                Match place = PlacePattern().Match(operand);
                Expect(place.Success, text);
                offset = place.Groups["offset"].Success ? long.Parse(place.Groups["offset"].Value, CultureInfo.InvariantCulture) : 0;
                if (parameters.TryGetValue(place.Groups["name"].Value, out int parameter))
                    offset += parameter;
                else
                    sources.Add(Operand(place.Groups["name"].Value, PtxType.B64, text));
                space = name.Contains("param") ? PtxSpace.Parameter : name.Contains("global") ? PtxSpace.Global
                    : name.Contains("shared") ? PtxSpace.Shared : name.Contains("local") ? PtxSpace.Local : PtxSpace.Generic;
            }
            else if (operation == PtxOperation.Branch || (operation == PtxOperation.BranchIndexed && i == 1))
            {
                label = operand;
            }
            else
            {
                bool isPredicate = (operation == PtxOperation.Select && i == 3) || (operation == PtxOperation.Compare && i == 3);
                sources.AddRange(Vector(operand).Select(source => Operand(source, isPredicate ? PtxType.Pred : type, text)));
            }
        }

        int guard = match.Groups["guard"].Success ? Register(match.Groups["guard"].Value, text) : -1;
        var instruction = new PtxInstruction
        {
            Name = name[0],
            Modifiers = [.. name.Skip(1).Where(part => !IsType(part))],
            Type = type,
            ResultType = types.Length > 1 ? types[0] : operation == PtxOperation.Compare ? PtxType.Pred : type,
            Guard = guard,
            IsGuardNegated = match.Groups["not"].Success,
            Results = [.. results],
            Operands = [.. sources],
            Space = space,
            Offset = offset,
            Operation = operation,
            Text = text,
        };
        Check(instruction);
        if (label.Length > 0)
            jumps.Add((instruction, label));
        return instruction;
    }

    /// <summary>As NVIDIA's assembler: a register of floats is no integer, and sizes are the same.</summary>
    private void Check(PtxInstruction instruction)
    {
        if (instruction.Operation is PtxOperation.Convert or PtxOperation.Matrix or PtxOperation.BranchIndexed)
            return;

        foreach (int result in instruction.Results)
        {
            bool isWide = instruction.Operation == PtxOperation.MultiplyWide;
            PtxType type = instruction.Operation is PtxOperation.Compare or PtxOperation.Test ? PtxType.Pred : instruction.Type;
            Expect(Fits(_registerTypes[result], type, isWide), instruction.Text);
        }

        int first = instruction.Operation is PtxOperation.Load or PtxOperation.Store or PtxOperation.Atomic
            && instruction.Space != PtxSpace.Parameter ? 1 : 0;
        if (first == 1)
            Expect(instruction.Operands[0].Kind != PtxOperandKind.Register || SizeOf(_registerTypes[instruction.Operands[0].Index]) == 8, instruction.Text);
        for (int i = first; i < instruction.Operands.Length; i++)
        {
            if (instruction.Operands[i].Kind != PtxOperandKind.Register)
                continue;
            PtxType register = _registerTypes[instruction.Operands[i].Index];
            bool isPredicate = instruction.Operation is PtxOperation.Select or PtxOperation.Compare && i == 2;
            bool isCount = instruction.Operation is PtxOperation.Shuffle or PtxOperation.ShiftLeft or PtxOperation.ShiftRight && i > 0;
            Expect(isPredicate ? register == PtxType.Pred : Fits(register, isCount ? PtxType.B32 : instruction.Type, false), instruction.Text);
        }
    }

    private static bool Fits(PtxType register, PtxType type, bool isWide)
    {
        if (register == PtxType.Pred || type == PtxType.Pred)
            return register == type;

        // A byte is loaded into a register of two.
        bool sameSize = isWide ? SizeOf(register) == 2 * SizeOf(type) : SizeOf(register) == SizeOf(type) || (SizeOf(type) == 1 && SizeOf(register) == 2);
        bool isBits = type is PtxType.B8 or PtxType.B16 or PtxType.B32 or PtxType.B64 || register is PtxType.B8 or PtxType.B16 or PtxType.B32 or PtxType.B64;
        return sameSize && (isBits || IsFloat(register) == IsFloat(type));
    }

    private static IEnumerable<string> Vector(string operand) =>
        operand[0] == '{' ? operand[1..^1].Split(',', StringSplitOptions.TrimEntries) : [operand];

    private int Register(string name, string text)
    {
        Expect(_registers.TryGetValue(name, out int register), text);
        return register;
    }

    private PtxOperand Operand(string text, PtxType type, string line)
    {
        bool isNegated = text[0] == '!';
        string name = isNegated ? text[1..] : text;
        if (_registers.TryGetValue(name, out int register))
            return new PtxOperand(PtxOperandKind.Register, register, 0, isNegated);
        if (_variables.TryGetValue(name, out PtxOperand variable))
            return variable;
        if (name[0] == '%')
            return new PtxOperand(PtxOperandKind.Special, (int)SpecialOf(name), 0);
        if (name.StartsWith("0f", StringComparison.OrdinalIgnoreCase) || name.StartsWith("0d", StringComparison.OrdinalIgnoreCase))
        {
            Expect(name.Length == (type == PtxType.F64 || type == PtxType.B64 ? 18 : 10), line);
            return new PtxOperand(PtxOperandKind.Constant, 0, ulong.Parse(name[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        }

        // An integer is none of a float's instruction.
        Expect(!IsFloat(type), line);
        return new PtxOperand(PtxOperandKind.Constant, 0, (ulong)(name.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? long.Parse(name[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : long.Parse(name, CultureInfo.InvariantCulture)));
    }

    private static PtxSpecial SpecialOf(string name) => name switch
    {
        "%tid.x" => PtxSpecial.ThreadX,
        "%tid.y" => PtxSpecial.ThreadY,
        "%tid.z" => PtxSpecial.ThreadZ,
        "%ntid.x" => PtxSpecial.ThreadsX,
        "%ntid.y" => PtxSpecial.ThreadsY,
        "%ntid.z" => PtxSpecial.ThreadsZ,
        "%ctaid.x" => PtxSpecial.GroupX,
        "%ctaid.y" => PtxSpecial.GroupY,
        "%ctaid.z" => PtxSpecial.GroupZ,
        "%nctaid.x" => PtxSpecial.GroupsX,
        "%nctaid.y" => PtxSpecial.GroupsY,
        "%nctaid.z" => PtxSpecial.GroupsZ,
        "%laneid" => PtxSpecial.Lane,
        _ => throw new NotSupportedException(name),
    };

    private static PtxOperation OperationOf(string name, string[] parts, string text) => name switch
    {
        // All spaces have the addresses that they have for everybody.
        "mov" or "cvta" => PtxOperation.Move,
        "add" => PtxOperation.Add,
        "sub" => PtxOperation.Subtract,
        "mul" => parts.Contains("wide") ? PtxOperation.MultiplyWide : PtxOperation.Multiply,
        "mad" or "fma" when !parts.Contains("wide") => PtxOperation.MultiplyAdd,
        "div" => PtxOperation.Divide,
        "rem" => PtxOperation.Remainder,
        "shl" => PtxOperation.ShiftLeft,
        "shr" => PtxOperation.ShiftRight,
        "and" => PtxOperation.And,
        "or" => PtxOperation.Or,
        "xor" => PtxOperation.Xor,
        "not" => PtxOperation.Not,
        "neg" => PtxOperation.Negate,
        "abs" => PtxOperation.Absolute,
        "min" => PtxOperation.Minimum,
        "max" => PtxOperation.Maximum,
        "setp" => PtxOperation.Compare,
        "selp" => PtxOperation.Select,
        "testp" => PtxOperation.Test,
        "cvt" => PtxOperation.Convert,
        "ld" => PtxOperation.Load,
        "st" => PtxOperation.Store,
        "bra" => PtxOperation.Branch,
        "brx" => PtxOperation.BranchIndexed,
        "bar" => PtxOperation.Barrier,
        "membar" => PtxOperation.Fence,
        "shfl" => PtxOperation.Shuffle,
        "atom" => PtxOperation.Atomic,
        "rcp" => PtxOperation.Reciprocal,
        "sqrt" => PtxOperation.SquareRoot,
        "mma" => PtxOperation.Matrix,
        "ret" => PtxOperation.Return,
        _ => throw new NotSupportedException(text),
    };

    public static int SizeOf(PtxType type) => type switch
    {
        PtxType.Pred => 1,
        PtxType.B8 or PtxType.U8 or PtxType.S8 => 1,
        PtxType.B16 or PtxType.U16 or PtxType.S16 => 2,
        PtxType.B32 or PtxType.U32 or PtxType.S32 or PtxType.F32 => 4,
        _ => 8,
    };

    private static bool IsFloat(PtxType type) => type is PtxType.F32 or PtxType.F64;

    private static bool IsType(string part) => part is "pred" || TypePattern().IsMatch(part);

    private static PtxType TypeOf(string part) => Enum.Parse<PtxType>(part, ignoreCase: true);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static void Expect(bool isRight, string text)
    {
        if (!isRight)
            throw new NotSupportedException($"Not understood, or not valid: {text}");
    }

    [GeneratedRegex("//[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^(?<name>[\w$]+):")]
    private static partial Regex Label();

    [GeneratedRegex("^([bus](8|16|32|64)|f(32|64))$")]
    private static partial Regex TypePattern();

    [GeneratedRegex(@"^\.param\s+(\.align\s+(?<align>\d+)\s+)?\.(?<type>\w+)\s+(?<name>[\w$]+)(\[(?<bytes>\d+)\])?$")]
    private static partial Regex ParameterPattern();

    [GeneratedRegex(@"^\.reg\s+\.(?<type>\w+)\s+(?<name>%?[a-z]+)<(?<count>\d+)>$")]
    private static partial Regex RegisterPattern();

    [GeneratedRegex(@"^\.(?<space>shared|local)\s+\.align\s+(?<align>\d+)\s+\.b8\s+(?<name>[\w$]+)\[(?<bytes>\d+)\]$")]
    private static partial Regex VariablePattern();

    [GeneratedRegex(@"^(@(?<not>!)?(?<guard>%p\d+)\s+)?(?<name>[a-z][a-z0-9_.]*)\s*(?<operands>.*)$", RegexOptions.Singleline)]
    private static partial Regex InstructionPattern();

    [GeneratedRegex(@"\s*\{[^}]*\}|[^,]+")]
    private static partial Regex OperandPattern();

    [GeneratedRegex(@"^\[(?<name>[%\w$]+)(\+(?<offset>-?\d+))?\]$")]
    private static partial Regex PlacePattern();
}
