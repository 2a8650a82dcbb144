using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using GradCam.GpuCheck.Ptx;

namespace GradCam.GpuCheck.Counts;

/// <summary>
/// Runs groups of a launch with the lanes of a warp in step, as a GPU issues them, and counts what it executes. Lanes that part go one way
/// after the other until they meet again (<see cref="Reconvergence"/>). <see cref="PtxMachine"/> is for what is right: it draws the order of threads.
/// </summary>
internal sealed unsafe class WarpMachine : IDisposable
{
    private const int Lanes = 32;

    private readonly PtxLaunch _launch;
    private readonly PtxKernel _kernel;
    private readonly MemoryCounter _memory;
    private readonly List<PtxOperand> _fixed = [];
    private readonly WarpStep[] _steps;
    private readonly int[] _meetings;
    private readonly Warp[] _warps;
    private readonly ulong* _registers;
    private readonly byte* _shared;
    private readonly byte* _local;
    private readonly int _rows;

    /// <summary>Takes the memory of a group.</summary>
    /// <param name="launch">The launch.</param>
    /// <param name="slots">What its instructions take.</param>
    /// <param name="memory">Is told every access to memory.</param>
    public WarpMachine(PtxLaunch launch, IssueSlots slots, MemoryCounter memory)
    {
        (_launch, _kernel, _memory) = (launch, launch.Kernel, memory);
        _steps = [.. _kernel.Instructions.Select((instruction, i) => Decode(instruction, slots.Cycles[i]))];
        _meetings = Reconvergence.PlacesOf(_kernel.Instructions);
        _rows = _kernel.RegisterCount + _fixed.Count;
        int threads = launch.Threads[0] * launch.Threads[1] * launch.Threads[2];
        _warps = [.. Enumerable.Range(0, (threads + Lanes - 1) / Lanes).Select(i => new Warp(i, Math.Min(Lanes, threads - i * Lanes)))];
        Executed = new long[_steps.Length];
        ActiveLanes = new long[_steps.Length];
        _registers = (ulong*)NativeMemory.AlignedAlloc((nuint)(_warps.Length * _rows * Lanes * sizeof(ulong)), 64);
        NativeMemory.Clear(_registers, (nuint)(_warps.Length * _rows * Lanes * sizeof(ulong)));
        _shared = (byte*)NativeMemory.AlignedAlloc((nuint)_kernel.SharedBytes + 16, 256);
        _local = (byte*)NativeMemory.AlignedAlloc((nuint)(_kernel.LocalBytes * threads) + 16, 256);
    }

    /// <summary>How often warps have executed each of the kernel's instructions, in the last group.</summary>
    public long[] Executed { get; }

    /// <summary>With how many lanes, all times together.</summary>
    public long[] ActiveLanes { get; }

    /// <summary>What a warp takes of the processor, at most of the last group's warps (<see cref="IssueSlots"/>).</summary>
    public double LongestWarp { get; private set; }

    /// <summary>Runs a group.</summary>
    public void Run(int x, int y, int z)
    {
        Array.Clear(Executed);
        Array.Clear(ActiveLanes);
        NativeMemory.Fill(_shared, (nuint)_kernel.SharedBytes, 0xff);
        foreach (Warp warp in _warps)
        {
            warp.Lanes.Start();
            warp.Cycles = 0;
            FillFixed(warp, x, y, z);
        }

        while (true)
        {
            foreach (Warp warp in _warps)
                Run(warp);
            if (Array.TrueForAll(_warps, warp => warp.Lanes.HasEnded))
                break;

            int barrier = _warps[0].Lanes.HasEnded ? -1 : _warps[0].Lanes.Place;
            if (!Array.TrueForAll(_warps, warp => !warp.Lanes.HasEnded && warp.Lanes.Place == barrier))
                throw new InvalidOperationException("Not all warps come to a barrier.");
            foreach (Warp warp in _warps)
                warp.Lanes.Go(barrier + 1);
        }

        LongestWarp = _warps.Max(warp => warp.Cycles);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_registers);
        NativeMemory.AlignedFree(_shared);
        NativeMemory.AlignedFree(_local);
    }

    private WarpStep Decode(PtxInstruction instruction, double cycles) => new()
    {
        Instruction = instruction,
        Cycles = cycles,
        Rows = [.. instruction.Operands.Select(operand => RowOf(operand, instruction.Type))],
        Arithmetic = instruction.Operands.Any(operand => operand.IsNegated) ? WarpArithmetic.None : ArithmeticOf(instruction),
    };

    /// <summary>Rows of what is no register lie behind the registers'.</summary>
    private int RowOf(PtxOperand operand, PtxType type)
    {
        if (operand.Kind == PtxOperandKind.Register)
            return operand.Index;
        if (operand.Kind == PtxOperandKind.Constant && PtxKernel.SizeOf(type) == 4)
            operand = operand with { Value = (uint)operand.Value };
        int known = _fixed.IndexOf(operand);
        if (known < 0)
        {
            known = _fixed.Count;
            _fixed.Add(operand);
        }

        return _kernel.RegisterCount + known;
    }

    private static WarpArithmetic ArithmeticOf(PtxInstruction instruction) => (instruction.Operation, instruction.Type) switch
    {
        (PtxOperation.Move, _) => WarpArithmetic.Copy,
        (PtxOperation.Add, PtxType.F32) => WarpArithmetic.AddSingle,
        (PtxOperation.Subtract, PtxType.F32) => WarpArithmetic.SubtractSingle,
        (PtxOperation.Multiply, PtxType.F32) => WarpArithmetic.MultiplySingle,
        (PtxOperation.MultiplyAdd, PtxType.F32) => WarpArithmetic.MultiplyAddSingle,
        (PtxOperation.Add, PtxType.S32 or PtxType.U32 or PtxType.B32) => WarpArithmetic.AddInteger,
        (PtxOperation.Multiply, PtxType.S32 or PtxType.U32) => WarpArithmetic.MultiplyInteger,
        (PtxOperation.MultiplyAdd, PtxType.S32 or PtxType.U32) => WarpArithmetic.MultiplyAddInteger,
        (PtxOperation.MultiplyWide, PtxType.S32) => WarpArithmetic.MultiplyWideSigned,
        (PtxOperation.MultiplyWide, PtxType.U32) => WarpArithmetic.MultiplyWideUnsigned,
        (PtxOperation.Add, PtxType.S64 or PtxType.U64) => WarpArithmetic.AddLong,
        (PtxOperation.Convert, PtxType.S32) when instruction.ResultType == PtxType.S64 => WarpArithmetic.Widen,
        (PtxOperation.Select, _) => WarpArithmetic.Select,
        _ => WarpArithmetic.None,
    };

    private ulong* Row(Warp warp, int row) => _registers + ((long)warp.Index * _rows + row) * Lanes;

    private void FillFixed(Warp warp, int x, int y, int z)
    {
        for (int i = 0; i < _fixed.Count; i++)
        {
            ulong* row = Row(warp, _kernel.RegisterCount + i);
            for (int lane = 0; lane < Lanes; lane++)
                row[lane] = ValueOf(_fixed[i], warp.Index * Lanes + lane);
        }

        ulong ValueOf(in PtxOperand operand, int thread) => operand.Kind switch
        {
            PtxOperandKind.Special => (ulong)Special(thread, (PtxSpecial)operand.Index, x, y, z),
            PtxOperandKind.Address => (ulong)(operand.Index == 0 ? _shared : _local + (long)thread * _kernel.LocalBytes) + operand.Value,
            _ => operand.Value,
        };
    }

    private int Special(int thread, PtxSpecial special, int x, int y, int z) => special switch
    {
        PtxSpecial.ThreadX => thread % _launch.Threads[0],
        PtxSpecial.ThreadY => thread / _launch.Threads[0] % _launch.Threads[1],
        PtxSpecial.ThreadZ => thread / _launch.Threads[0] / _launch.Threads[1],
        PtxSpecial.GroupX => x,
        PtxSpecial.GroupY => y,
        PtxSpecial.GroupZ => z,
        PtxSpecial.Lane => thread % Lanes,
        >= PtxSpecial.GroupsX => _launch.Groups[special - PtxSpecial.GroupsX],
        _ => _launch.Threads[special - PtxSpecial.ThreadsX],
    };

    /// <summary>Runs a warp until it ends or waits at a barrier.</summary>
    private void Run(Warp warp)
    {
        LaneStack lanes = warp.Lanes;
        while (!lanes.HasEnded)
        {
            int place = lanes.Place;
            uint mask = lanes.Active;
            WarpStep step = _steps[place];
            PtxInstruction instruction = step.Instruction;
            uint active = instruction.Guard < 0 ? mask : mask & Guarded(warp, instruction);
            Executed[place]++;
            ActiveLanes[place] += BitOperations.PopCount(mask);
            warp.Cycles += step.Cycles;
            switch (instruction.Operation)
            {
                case PtxOperation.Barrier:
                    Expect(mask == lanes.All, instruction);
                    return;
                case PtxOperation.Return:
                    lanes.End(active);
                    if (active != mask)
                        lanes.Go(place + 1);
                    break;
                case PtxOperation.Branch when active == mask || active == 0:
                    lanes.Go(active == 0 ? place + 1 : instruction.Targets[0]);
                    break;
                case PtxOperation.Branch:
                    lanes.Part(_meetings[place], [(place + 1, mask & ~active), (instruction.Targets[0], active)]);
                    break;
                case PtxOperation.BranchIndexed:
                    lanes.Part(_meetings[place], Ways(warp, step, mask));
                    break;
                default:
                    if (active != 0)
                        Execute(warp, step, active);
                    lanes.Go(place + 1);
                    break;
            }
        }
    }

    private (int Place, uint Lanes)[] Ways(Warp warp, WarpStep step, uint mask)
    {
        var ways = new Dictionary<int, uint>();
        for (int lane = 0; lane < Lanes; lane++)
        {
            if ((mask >> lane & 1) == 0)
                continue;
            int target = step.Instruction.Targets[checked((int)Row(warp, step.Rows[0])[lane])];
            ways[target] = ways.GetValueOrDefault(target) | 1u << lane;
        }

        return [.. ways.Select(way => (way.Key, way.Value))];
    }

    private uint Guarded(Warp warp, PtxInstruction instruction)
    {
        ulong* guard = Row(warp, instruction.Guard);
        uint mask = 0;
        for (int lane = 0; lane < Lanes; lane++)
            mask |= (guard[lane] != 0 ? 1u : 0) << lane;
        return instruction.IsGuardNegated ? ~mask : mask;
    }

    private void Execute(Warp warp, WarpStep step, uint active)
    {
        PtxInstruction instruction = step.Instruction;
        switch (instruction.Operation)
        {
            case PtxOperation.Fence:
                break;
            // Nothing depends on a tensor core's products.
            case PtxOperation.Matrix:
                Expect(active == warp.Lanes.All, instruction);
                break;
            case PtxOperation.Shuffle:
                Expect(active == warp.Lanes.All && instruction.Modifiers.Contains("bfly"), instruction);
                Exchange(warp, step);
                break;
            case PtxOperation.Load:
            case PtxOperation.Store:
            case PtxOperation.Atomic:
                Access(warp, step, active);
                break;
            default:
                if (step.Arithmetic != WarpArithmetic.None && active == warp.Lanes.All)
                    ComputeAll(warp, step);
                else
                    ComputeEach(warp, step, active);
                break;
        }
    }

    private void ComputeEach(Warp warp, WarpStep step, uint active)
    {
        PtxInstruction instruction = step.Instruction;
        ulong* result = Row(warp, instruction.Results[0]);
        for (int lane = 0; lane < Lanes; lane++)
        {
            if ((active >> lane & 1) != 0)
                result[lane] = PtxArithmetic.Compute(instruction, Value(0, lane), Value(1, lane), Value(2, lane));
        }

        ulong Value(int operand, int lane)
        {
            if (operand >= step.Rows.Length)
                return 0;
            ulong value = Row(warp, step.Rows[operand])[lane];
            return instruction.Operands[operand].IsNegated ? value ^ 1 : value;
        }
    }

    /// <summary>All lanes at once. Registers of 32 bits have zeros above, which all of these leave there.</summary>
    private void ComputeAll(Warp warp, WarpStep step)
    {
        ulong* result = Row(warp, step.Instruction.Results[0]);
        ulong* a = Row(warp, step.Rows[0]);
        ulong* b = step.Rows.Length > 1 ? Row(warp, step.Rows[1]) : a;
        ulong* c = step.Rows.Length > 2 ? Row(warp, step.Rows[2]) : a;
        for (int i = 0; i < Lanes; i += Vector256<ulong>.Count)
        {
            Vector256<ulong> x = Vector256.Load(a + i);
            Vector256<ulong> y = Vector256.Load(b + i);
            Vector256<ulong> z = Vector256.Load(c + i);
            Vector256<ulong> value = step.Arithmetic switch
            {
                WarpArithmetic.Copy => x,
                WarpArithmetic.AddSingle => (x.AsSingle() + y.AsSingle()).AsUInt64(),
                WarpArithmetic.SubtractSingle => (x.AsSingle() - y.AsSingle()).AsUInt64(),
                WarpArithmetic.MultiplySingle => (x.AsSingle() * y.AsSingle()).AsUInt64(),
                WarpArithmetic.MultiplyAddSingle => Vector256.FusedMultiplyAdd(x.AsSingle(), y.AsSingle(), z.AsSingle()).AsUInt64(),
                WarpArithmetic.AddInteger => (x.AsUInt32() + y.AsUInt32()).AsUInt64(),
                WarpArithmetic.MultiplyInteger => (x.AsUInt32() * y.AsUInt32()).AsUInt64(),
                WarpArithmetic.MultiplyAddInteger => (x.AsUInt32() * y.AsUInt32() + z.AsUInt32()).AsUInt64(),
                WarpArithmetic.MultiplyWideSigned => (Widened(x) * Widened(y)).AsUInt64(),
                WarpArithmetic.MultiplyWideUnsigned => x * y,
                WarpArithmetic.AddLong => x + y,
                WarpArithmetic.Widen => Widened(x).AsUInt64(),
                _ => Vector256.ConditionalSelect(Vector256.Equals(z, Vector256<ulong>.Zero), y, x),
            };
            Vector256.Store(value, result + i);
        }

        static Vector256<long> Widened(Vector256<ulong> value) => Vector256.ShiftRightArithmetic(Vector256.ShiftLeft(value.AsInt64(), 32), 32);
    }

    private void Exchange(Warp warp, WarpStep step)
    {
        ulong* result = Row(warp, step.Instruction.Results[0]);
        ulong* values = Row(warp, step.Rows[0]);
        ulong* distances = Row(warp, step.Rows[1]);
        ulong* exchanged = stackalloc ulong[Lanes];
        for (int lane = 0; lane < warp.Count; lane++)
        {
            int other = lane ^ (int)distances[lane];
            exchanged[lane] = values[other < warp.Count ? other : lane];
        }

        for (int lane = 0; lane < warp.Count; lane++)
            result[lane] = exchanged[lane];
    }

    private void Access(Warp warp, WarpStep step, uint active)
    {
        PtxInstruction instruction = step.Instruction;
        int size = PtxKernel.SizeOf(instruction.Type);
        int count = instruction.Operation == PtxOperation.Store ? instruction.Operands.Length - 1 : instruction.Results.Length;
        ulong* addresses = stackalloc ulong[Lanes];
        if (instruction.Space == PtxSpace.Parameter)
        {
            fixed (byte* parameters = _launch.Parameters)
            {
                for (int lane = 0; lane < Lanes; lane++)
                    addresses[lane] = (ulong)(parameters + instruction.Offset);
                Load(warp, instruction, active, addresses, size);
            }

            return;
        }

        ulong* places = Row(warp, step.Rows[0]);
        for (int lane = 0; lane < Lanes; lane++)
        {
            addresses[lane] = places[lane] + (ulong)instruction.Offset;
            if ((active >> lane & 1) != 0)
                Check(instruction, addresses[lane], (ulong)(size * count));
        }

        var lanes = new ReadOnlySpan<ulong>(addresses, Lanes);
        if (instruction.Space == PtxSpace.Shared)
            _memory.CountShared(lanes, active, size * count);
        else
            _memory.CountGlobal(lanes, active, size * count, instruction.Operation != PtxOperation.Load);
        if (instruction.Operation == PtxOperation.Load)
            Load(warp, instruction, active, addresses, size);
        else if (instruction.Operation == PtxOperation.Store)
            Store(warp, step, active, addresses, size);
        else
            Add(warp, step, active, addresses, size);
    }

    private void Load(Warp warp, PtxInstruction instruction, uint active, ulong* addresses, int size)
    {
        for (int i = 0; i < instruction.Results.Length; i++)
        {
            ulong* result = Row(warp, instruction.Results[i]);
            for (int lane = 0; lane < Lanes; lane++)
            {
                if ((active >> lane & 1) == 0)
                    continue;
                byte* address = (byte*)addresses[lane] + i * size;
                result[lane] = size switch { 1 => *address, 2 => *(ushort*)address, 4 => *(uint*)address, _ => *(ulong*)address };
            }
        }
    }

    private void Store(Warp warp, WarpStep step, uint active, ulong* addresses, int size)
    {
        Expect(size is 4 or 8, step.Instruction);
        for (int i = 1; i < step.Rows.Length; i++)
        {
            ulong* values = Row(warp, step.Rows[i]);
            for (int lane = 0; lane < Lanes; lane++)
            {
                if ((active >> lane & 1) == 0)
                    continue;
                if (size == 4)
                    ((uint*)addresses[lane])[i - 1] = (uint)values[lane];
                else
                    ((ulong*)addresses[lane])[i - 1] = values[lane];
            }
        }
    }

    private void Add(Warp warp, WarpStep step, uint active, ulong* addresses, int size)
    {
        Expect(step.Instruction.Modifiers.Contains("add") && size == 4, step.Instruction);
        for (int lane = 0; lane < Lanes; lane++)
        {
            if ((active >> lane & 1) == 0)
                continue;
            uint* address = (uint*)addresses[lane];
            Row(warp, step.Instruction.Results[0])[lane] = *address;
            *address += (uint)Row(warp, step.Rows[1])[lane];
        }
    }

    private void Check(PtxInstruction instruction, ulong address, ulong bytes)
    {
        ulong end = address + bytes;
        bool isRight = address % bytes == 0 && instruction.Space switch
        {
            PtxSpace.Shared => address >= (ulong)_shared && end <= (ulong)_shared + (ulong)_kernel.SharedBytes,
            PtxSpace.Local => address >= (ulong)_local && end <= (ulong)_local + (ulong)(_kernel.LocalBytes * _warps.Length * Lanes),
            PtxSpace.Global => IsGiven(address, end),
            _ => false,
        };
        Expect(isRight, instruction);
    }

    private bool IsGiven(ulong address, ulong end)
    {
        foreach ((ulong start, ulong limit) in _launch.Memory)
        {
            if (address >= start && end <= limit)
                return true;
        }

        return false;
    }

    private static void Expect(bool isRight, PtxInstruction instruction)
    {
        if (!isRight)
            throw new InvalidOperationException($"Cannot be counted, or not valid: {instruction.Text}");
    }

    /// <summary>A warp.</summary>
    private sealed class Warp(int index, int count)
    {
        public int Index => index;

        /// <summary>How many lanes it has.</summary>
        public int Count => count;

        /// <summary>Where they are.</summary>
        public LaneStack Lanes { get; } = new(count == WarpMachine.Lanes ? uint.MaxValue : (1u << count) - 1);

        /// <summary>What it has taken of the processor.</summary>
        public double Cycles { get; set; }
    }
}
