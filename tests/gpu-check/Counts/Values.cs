using GradCam.GpuCheck.Ptx;

namespace GradCam.GpuCheck.Counts;

/// <summary>Where what an instruction of a kernel computes is used, as far as that is in the same run of instructions without a branch.</summary>
internal sealed class Values
{
    private readonly IReadOnlyList<PtxInstruction> _instructions;
    private readonly List<(int User, int Operand)>[] _uses;
    private readonly int[][] _makers;
    private readonly bool[] _escapes;

    /// <summary>Follows a kernel's values.</summary>
    public Values(PtxKernel kernel)
    {
        _instructions = kernel.Instructions;
        int count = _instructions.Count;
        _uses = [.. Enumerable.Range(0, count).Select(_ => new List<(int, int)>())];
        _makers = [.. _instructions.Select(instruction => Enumerable.Repeat(-1, instruction.Operands.Length).ToArray())];
        _escapes = new bool[count];
        bool[] begins = Beginnings();
        HashSet<int>[] needed = Needed();
        var makers = new Dictionary<int, int>();
        for (int i = 0; i < count; i++)
        {
            if (begins[i])
                makers.Clear();
            PtxInstruction instruction = _instructions[i];
            for (int operand = 0; operand < instruction.Operands.Length; operand++)
            {
                if (instruction.Operands[operand].Kind == PtxOperandKind.Register && makers.TryGetValue(instruction.Operands[operand].Index, out int maker))
                {
                    _makers[i][operand] = maker;
                    _uses[maker].Add((i, operand));
                }
            }

            foreach (int result in instruction.Results)
                makers[result] = i;
            if (i + 1 < count && !begins[i + 1])
                continue;
            foreach ((int register, int maker) in makers)
                _escapes[maker] |= Followers(i).Any(next => needed[next].Contains(register));
        }
    }

    /// <summary>Whether a value is used after the run of instructions, or as a condition.</summary>
    public bool Escapes(int instruction) => _escapes[instruction];

    /// <summary>The instructions that use a value, and as which operand.</summary>
    public IReadOnlyList<(int User, int Operand)> UsesOf(int instruction) => _uses[instruction];

    /// <summary>The instruction that made an operand; -1 where that is not known, or it is no register.</summary>
    public int MakerOf(int instruction, int operand) => _makers[instruction][operand];

    /// <summary>The instructions that may follow one.</summary>
    private IEnumerable<int> Followers(int i)
    {
        PtxInstruction instruction = _instructions[i];
        bool goesOn = instruction.Operation is not (PtxOperation.Branch or PtxOperation.BranchIndexed or PtxOperation.Return) || instruction.Guard >= 0;
        return goesOn && i + 1 < _instructions.Count ? instruction.Targets.Append(i + 1) : instruction.Targets;
    }

    private bool[] Beginnings()
    {
        var begins = new bool[_instructions.Count];
        begins[0] = true;
        for (int i = 0; i < begins.Length; i++)
        {
            if (_instructions[i].Operation is not (PtxOperation.Branch or PtxOperation.BranchIndexed or PtxOperation.Return))
                continue;
            foreach (int target in _instructions[i].Targets)
                begins[target] = true;
            if (i + 1 < begins.Length)
                begins[i + 1] = true;
        }

        return begins;
    }

    /// <summary>The registers that each beginning of a run needs from before: what is read before it is written.</summary>
    private HashSet<int>[] Needed()
    {
        bool[] begins = Beginnings();
        var needed = new HashSet<int>[_instructions.Count];
        for (int i = 0; i < needed.Length; i++)
            needed[i] = [];
        for (bool changes = true; changes;)
        {
            changes = false;
            HashSet<int> current = [];
            for (int i = needed.Length - 1; i >= 0; i--)
            {
                PtxInstruction instruction = _instructions[i];
                if (i + 1 == needed.Length || begins[i + 1])
                    current = [.. Followers(i).SelectMany(next => needed[next])];
                if (instruction.Guard < 0)
                    current.ExceptWith(instruction.Results);
                if (instruction.Guard >= 0)
                    current.Add(instruction.Guard);
                foreach (PtxOperand operand in instruction.Operands)
                {
                    if (operand.Kind == PtxOperandKind.Register)
                        current.Add(operand.Index);
                }

                if (begins[i] && current.Count > needed[i].Count)
                    (needed[i], changes) = (current, true);
                if (begins[i])
                    current = [.. current];
            }
        }

        return needed;
    }
}
