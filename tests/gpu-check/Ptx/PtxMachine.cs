using System.Runtime.InteropServices;

namespace GradCam.GpuCheck.Ptx;

/// <summary>
/// Runs a kernel as a GPU does: warps of 32 lanes, groups that meet at barriers, memory by its native address. Threads between two barriers run one after the
/// other, in an order that is drawn, so that what lacks a barrier gives wrong values; an access outside what the kernel was given throws.
/// </summary>
internal sealed unsafe class PtxMachine
{
    private const int WarpSize = 32;

    private readonly PtxKernel _kernel;
    private readonly byte[] _parameters;
    private readonly (ulong Start, ulong End)[] _memory;
    private readonly int[] _groups;
    private readonly int[] _threads;
    private readonly Random _order;
    private readonly Thread[] _states;
    private readonly byte* _shared;
    private readonly byte* _local;
    private readonly int[] _group = new int[3];

    private PtxMachine(PtxLaunch launch, int seed, byte* shared, byte* local)
    {
        _kernel = launch.Kernel;
        _parameters = launch.Parameters;
        _memory = launch.Memory;
        _groups = launch.Groups;
        _threads = launch.Threads;
        _order = new Random(seed);
        _shared = shared;
        _local = local;
        _states = [.. Enumerable.Range(0, _threads[0] * _threads[1] * _threads[2]).Select(_ => new Thread(_kernel.RegisterCount))];
    }

    /// <summary>Runs all groups of a launch.</summary>
    /// <param name="launch">The launch.</param>
    /// <param name="seed">Draws the order of threads and groups.</param>
    public static void Run(PtxLaunch launch, int seed)
    {
        PtxKernel kernel = launch.Kernel;
        int[] groups = launch.Groups;
        int count = launch.Threads[0] * launch.Threads[1] * launch.Threads[2];
        byte* shared = (byte*)NativeMemory.AlignedAlloc((nuint)kernel.SharedBytes + 16, 256);
        byte* local = (byte*)NativeMemory.AlignedAlloc((nuint)(kernel.LocalBytes * count) + 16, 256);
        try
        {
            var machine = new PtxMachine(launch, seed, shared, local);
            int[] order = [.. Enumerable.Range(0, groups[0] * groups[1] * groups[2])];
            machine._order.Shuffle(order);
            foreach (int group in order)
                machine.RunGroup(group);
        }
        finally
        {
            NativeMemory.AlignedFree(shared);
            NativeMemory.AlignedFree(local);
        }
    }

    private void RunGroup(int group)
    {
        (_group[0], _group[1], _group[2]) = (group % _groups[0], group / _groups[0] % _groups[1], group / _groups[0] / _groups[1]);
        // What nobody has written is no number.
        NativeMemory.Fill(_shared, (nuint)_kernel.SharedBytes, 0xff);
        foreach (Thread thread in _states)
        {
            thread.Next = 0;
            thread.State = Waiting.No;
        }

        int[] order = [.. Enumerable.Range(0, _states.Length)];
        while (true)
        {
            _order.Shuffle(order);
            foreach (int thread in order)
            {
                if (_states[thread].State == Waiting.No)
                    RunThread(thread);
            }

            bool moves = false;
            for (int warp = 0; warp < _states.Length; warp += WarpSize)
                moves |= MeetWarp(warp, Math.Min(WarpSize, _states.Length - warp));
            if (moves)
                continue;

            if (Array.TrueForAll(_states, thread => thread.State == Waiting.Ended))
                return;

            int barrier = _states[0].Next;
            if (!Array.TrueForAll(_states, thread => thread.State == Waiting.Barrier && thread.Next == barrier))
                throw new InvalidOperationException($"Not all threads come to {_kernel.Instructions[barrier].Text}");
            foreach (Thread thread in _states)
            {
                thread.State = Waiting.No;
                thread.Next++;
            }
        }
    }

    /// <summary>Does what the lanes of a warp do together, if all are there.</summary>
    private bool MeetWarp(int first, int count)
    {
        if (_states[first].State != Waiting.Warp)
            return false;

        int next = _states[first].Next;
        PtxInstruction instruction = _kernel.Instructions[next];
        Span<Thread> lanes = _states.AsSpan(first, count);
        foreach (Thread lane in lanes)
        {
            if (lane.State != Waiting.Warp || lane.Next != next)
                throw new InvalidOperationException($"Not all lanes come to {instruction.Text}");
        }

        if (instruction.Operation == PtxOperation.Shuffle)
            Exchange(instruction, lanes);
        else
            PtxMatrix.Multiply(instruction, lanes);
        foreach (Thread lane in lanes)
        {
            lane.State = Waiting.No;
            lane.Next++;
        }

        return true;
    }

    private static void Exchange(PtxInstruction instruction, Span<Thread> lanes)
    {
        if (!instruction.Modifiers.Contains("bfly"))
            throw new NotSupportedException(instruction.Text);

        Span<ulong> values = stackalloc ulong[WarpSize];
        for (int lane = 0; lane < lanes.Length; lane++)
        {
            int other = lane ^ (int)lanes[lane].Value(instruction.Operands[1]);
            values[lane] = lanes[other < lanes.Length ? other : lane].Value(instruction.Operands[0]);
        }

        for (int lane = 0; lane < lanes.Length; lane++)
            lanes[lane].Registers[instruction.Results[0]] = values[lane];
    }

    /// <summary>Runs a thread until it ends or waits.</summary>
    private void RunThread(int index)
    {
        Thread thread = _states[index];
        ulong[] registers = thread.Registers;
        IReadOnlyList<PtxInstruction> instructions = _kernel.Instructions;
        while (true)
        {
            PtxInstruction instruction = instructions[thread.Next];
            if (instruction.Guard >= 0 && registers[instruction.Guard] != 0 == instruction.IsGuardNegated)
            {
                thread.Next++;
                continue;
            }

            switch (instruction.Operation)
            {
                case PtxOperation.Return:
                    thread.State = Waiting.Ended;
                    return;
                case PtxOperation.Barrier:
                    thread.State = Waiting.Barrier;
                    return;
                case PtxOperation.Shuffle:
                case PtxOperation.Matrix:
                    thread.State = Waiting.Warp;
                    return;
                case PtxOperation.Branch:
                    thread.Next = instruction.Targets[0];
                    continue;
                case PtxOperation.BranchIndexed:
                    thread.Next = instruction.Targets[checked((int)Read(index, instruction.Operands[0]))];
                    continue;
                case PtxOperation.Fence:
                    break;
                case PtxOperation.Load:
                    Load(index, instruction);
                    break;
                case PtxOperation.Store:
                    Store(index, instruction);
                    break;
                case PtxOperation.Atomic:
                    Add(index, instruction);
                    break;
                default:
                    PtxOperand[] operands = instruction.Operands;
                    ulong a = Read(index, operands[0]);
                    ulong b = operands.Length > 1 ? Read(index, operands[1]) : 0;
                    ulong c = operands.Length > 2 ? Read(index, operands[2]) : 0;
                    registers[instruction.Results[0]] = PtxArithmetic.Compute(instruction, a, b, c);
                    break;
            }

            thread.Next++;
        }
    }

    private ulong Read(int thread, in PtxOperand operand) => operand.Kind switch
    {
        PtxOperandKind.Special => (ulong)Special(thread, (PtxSpecial)operand.Index),
        PtxOperandKind.Address => (ulong)(operand.Index == 0 ? _shared : _local + (long)thread * _kernel.LocalBytes) + operand.Value,
        _ => _states[thread].Value(operand),
    };

    private int Special(int thread, PtxSpecial special) => special switch
    {
        PtxSpecial.ThreadX => thread % _threads[0],
        PtxSpecial.ThreadY => thread / _threads[0] % _threads[1],
        PtxSpecial.ThreadZ => thread / _threads[0] / _threads[1],
        PtxSpecial.Lane => thread % WarpSize,
        >= PtxSpecial.GroupsX => _groups[special - PtxSpecial.GroupsX],
        >= PtxSpecial.GroupX => _group[special - PtxSpecial.GroupX],
        _ => _threads[special - PtxSpecial.ThreadsX],
    };

    private void Load(int thread, PtxInstruction instruction)
    {
        int size = PtxKernel.SizeOf(instruction.Type);
        for (int i = 0; i < instruction.Results.Length; i++)
        {
            ulong bits;
            if (instruction.Space == PtxSpace.Parameter)
            {
                var parameter = _parameters.AsSpan((int)instruction.Offset + i * size, size);
                bits = size == 4 ? MemoryMarshal.Read<uint>(parameter) : MemoryMarshal.Read<ulong>(parameter);
            }
            else
            {
                byte* address = Place(thread, instruction, size, instruction.Results.Length) + i * size;
                bits = size switch { 1 => *address, 2 => *(ushort*)address, 4 => *(uint*)address, _ => *(ulong*)address };
            }

            _states[thread].Registers[instruction.Results[i]] = bits;
        }
    }

    private void Store(int thread, PtxInstruction instruction)
    {
        int size = PtxKernel.SizeOf(instruction.Type);
        int count = instruction.Operands.Length - 1;
        for (int i = 0; i < count; i++)
        {
            byte* address = Place(thread, instruction, size, count) + i * size;
            ulong bits = Read(thread, instruction.Operands[i + 1]);
            if (size == 4)
                *(uint*)address = (uint)bits;
            else if (size == 8)
                *(ulong*)address = bits;
            else
                throw new NotSupportedException(instruction.Text);
        }
    }

    private void Add(int thread, PtxInstruction instruction)
    {
        if (!instruction.Modifiers.Contains("add") || PtxKernel.SizeOf(instruction.Type) != 4)
            throw new NotSupportedException(instruction.Text);

        uint* address = (uint*)Place(thread, instruction, 4, 1);
        _states[thread].Registers[instruction.Results[0]] = *address;
        *address += (uint)Read(thread, instruction.Operands[1]);
    }

    /// <summary>The address of an access, which is aligned and in what the kernel was given.</summary>
    private byte* Place(int thread, PtxInstruction instruction, int size, int count)
    {
        ulong address = Read(thread, instruction.Operands[0]) + (ulong)instruction.Offset;
        ulong end = address + (ulong)(size * count);
        if (address % (ulong)(size * count) != 0)
            throw new InvalidOperationException($"Not aligned: {instruction.Text}");

        ulong shared = (ulong)_shared;
        ulong local = (ulong)(_local + (long)thread * _kernel.LocalBytes);
        bool isShared = address >= shared && end <= shared + (ulong)_kernel.SharedBytes;
        bool isLocal = address >= local && end <= local + (ulong)_kernel.LocalBytes;
        bool isGlobal = Array.Exists(_memory, part => address >= part.Start && end <= part.End);
        bool isRight = instruction.Space switch
        {
            PtxSpace.Shared => isShared,
            PtxSpace.Local => isLocal,
            PtxSpace.Global => isGlobal,
            _ => isShared || isLocal || isGlobal,
        };
        return isRight ? (byte*)address : throw new InvalidOperationException($"Outside what the kernel was given: {instruction.Text}");
    }

    /// <summary>What a thread waits for.</summary>
    internal enum Waiting
    {
        No,
        Barrier,
        Warp,
        Ended,
    }

    /// <summary>A thread's registers and place.</summary>
    internal sealed class Thread(int registers)
    {
        public ulong[] Registers { get; } = new ulong[registers];

        public int Next { get; set; }

        public Waiting State { get; set; }

        /// <summary>The value of a register or constant.</summary>
        public ulong Value(in PtxOperand operand) => operand.Kind switch
        {
            PtxOperandKind.Register => operand.IsNegated ? Registers[operand.Index] ^ 1 : Registers[operand.Index],
            PtxOperandKind.Constant => operand.Value,
            _ => throw new NotSupportedException(operand.ToString()),
        };
    }
}
