using GradCam.GpuCheck.Ptx;

namespace GradCam.GpuCheck.Counts;

/// <summary>What a launch executes, all of its groups together, counted of a sample of them.</summary>
internal sealed class LaunchCounts
{
    private readonly double[] _executed = new double[Enum.GetValues<InstructionKind>().Length];

    /// <summary>The kernel.</summary>
    public required string Kernel { get; init; }

    /// <summary>What it writes: height, width and channels; empty where it is no map.</summary>
    public required string Output { get; init; }

    /// <summary>Groups in x, y and z.</summary>
    public required int[] Groups { get; init; }

    /// <summary>Instructions of warps that the machine code has too.</summary>
    public double Instructions { get; private set; }

    /// <summary>Their lanes that take part, of 32.</summary>
    public double Lanes { get; private set; }

    /// <summary>Cycles of schedulers (<see cref="IssueSlots"/>).</summary>
    public double Cycles { get; private set; }

    /// <summary>Of the warp that takes most.</summary>
    public double LongestWarp { get; private set; }

    /// <summary>Sectors of 32 bytes that accesses of warps touch, each for itself.</summary>
    public double Sectors { get; private set; }

    /// <summary>Bytes that they need.</summary>
    public double NeededBytes { get; private set; }

    /// <summary>Bytes of sectors that the launch touches, each once.</summary>
    public double DistinctBytes { get; private set; }

    /// <summary>Cycles of shared memory.</summary>
    public double SharedCycles { get; private set; }

    /// <summary>Cycles more, for conflicts.</summary>
    public double Conflicts { get; private set; }

    /// <summary>Barriers, each for a warp.</summary>
    public double Barriers { get; private set; }

    private double GroupCount => Groups[0] * (double)Groups[1] * Groups[2];

    /// <summary>Groups that the processor has, which has most of them.</summary>
    private double Rounds => Math.Ceiling(GroupCount / H100.Processors);

    /// <summary>Seconds that it takes to issue the instructions, at least.</summary>
    public double IssueSeconds => Math.Max(Rounds * Cycles / GroupCount / H100.Schedulers, LongestWarp) / H100.CyclesPerSecond;

    /// <summary>Seconds of shared memory, at least.</summary>
    public double SharedSeconds => Rounds * (SharedCycles + Conflicts) / GroupCount / H100.CyclesPerSecond;

    /// <summary>Seconds of the device's memory, if each sector comes once and none is in a cache before.</summary>
    public double MemorySeconds => DistinctBytes / H100.BytesPerSecond;

    /// <summary>The largest of them.</summary>
    public double Seconds => Math.Max(Math.Max(IssueSeconds, SharedSeconds), MemorySeconds);

    /// <summary>Instructions of a kind.</summary>
    public double this[InstructionKind kind] => _executed[(int)kind];

    /// <summary>Runs a sample of a launch's groups.</summary>
    /// <param name="launch">The launch.</param>
    /// <param name="kernel">Its kernel's name.</param>
    /// <param name="output">What it writes.</param>
    /// <param name="arena">Where samples lie.</param>
    public static LaunchCounts Of(PtxLaunch launch, string kernel, string output, ArenaPlace arena)
    {
        var counts = new LaunchCounts { Kernel = kernel, Output = output, Groups = launch.Groups };
        var memory = new MemoryCounter(arena);
        var slots = new IssueSlots(launch.Kernel);
        using var machine = new WarpMachine(launch, slots, memory);
        foreach ((int y, double weightY) in GroupSample.AlongY(launch.Groups[1]))
        {
            foreach ((int x, double weightX) in GroupSample.AlongX(launch.Groups[0]))
            {
                memory.Begin(x, y, weightX, weightY);
                for (int z = 0; z < launch.Groups[2]; z++)
                {
                    machine.Run(x, y, z);
                    counts.AddInstructions(launch.Kernel, slots, machine, weightX * weightY);
                }

                counts.AddMemory(memory, weightX * weightY);
            }
        }

        counts.DistinctBytes = memory.DistinctBytes;
        return counts;
    }

    private void AddInstructions(PtxKernel kernel, IssueSlots slots, WarpMachine machine, double weight)
    {
        for (int i = 0; i < kernel.Instructions.Count; i++)
        {
            InstructionKind kind = slots.Kinds[i];
            double executed = weight * machine.Executed[i];
            _executed[(int)kind] += executed;
            Cycles += executed * slots.Cycles[i];
            if (kind == InstructionKind.Free)
                continue;
            Instructions += executed;
            Lanes += weight * machine.ActiveLanes[i];
            if (kernel.Instructions[i].Operation == PtxOperation.Barrier)
                Barriers += executed;
        }

        LongestWarp = Math.Max(LongestWarp, machine.LongestWarp);
    }

    private void AddMemory(MemoryCounter memory, double weight)
    {
        Sectors += weight * memory.Sectors;
        NeededBytes += weight * memory.NeededBytes;
        SharedCycles += weight * memory.SharedCycles;
        Conflicts += weight * memory.Conflicts;
    }
}
