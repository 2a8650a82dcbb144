using GradCam.Cpu;
using GradCam.Cpu.Packing;
using GradCam.Weights;

namespace GradCam;

/// <summary>The memory that a network takes on the CPU backend of this machine, whose instruction set decides how weights are packed.</summary>
public readonly record struct MemoryUse
{
    /// <summary>Bytes of packed weights, which all sessions share.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>Bytes of a session: its feature maps, and scratch memory for each of its threads.</summary>
    public required long SessionBytes { get; init; }

    /// <summary>Finds the memory out, without any weights.</summary>
    /// <typeparam name="TNetwork">The network, for all layers that it is compiled to explain.</typeparam>
    /// <param name="options">Options; what weight files have in 16 bits is not known here. Null for the usual ones.</param>
    public static MemoryUse Measure<TNetwork>(CpuOptions? options = null)
        where TNetwork : INetwork => Measure<TNetwork>(options ?? new CpuOptions(), TNetwork.Info.Layers.Count);

    /// <summary>Finds it out for the first so many of the layers.</summary>
    internal static MemoryUse Measure<TNetwork>(CpuOptions options, int layers)
        where TNetwork : INetwork
    {
        using CpuPlan plan = options.Plan(TNetwork.Info, new WeightDictionary());
        CpuPlanner.Run<TNetwork>(plan, layers);
        return new MemoryUse { WeightBytes = plan.WeightBytes, SessionBytes = plan.SessionBytes };
    }
}
