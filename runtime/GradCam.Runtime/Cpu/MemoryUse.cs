using GradCam.Cpu;
using GradCam.Cpu.Packing;
using GradCam.Weights;

namespace GradCam;

/// <summary>The memory that a network takes on the CPU backend of this machine, whose instruction set decides how weights are packed.</summary>
/// <param name="WeightBytes">Bytes of packed weights, which all sessions share.</param>
/// <param name="SessionBytes">Bytes of a session: its feature maps, and scratch memory for each of its threads.</param>
public readonly record struct MemoryUse(long WeightBytes, long SessionBytes)
{
    /// <summary>Finds out, without any weights.</summary>
    /// <typeparam name="TNetwork">The network, for all layers that it is compiled to explain.</typeparam>
    /// <param name="options">Options; what weight files have in 16 bits is not known here. Null for the usual ones.</param>
    public static MemoryUse Of<TNetwork>(CpuOptions? options = null)
        where TNetwork : INetwork => Of<TNetwork>(options ?? new CpuOptions(), TNetwork.Info.Layers.Count);

    /// <summary>Finds out for the first so many of the layers.</summary>
    internal static MemoryUse Of<TNetwork>(CpuOptions options, int layers)
        where TNetwork : INetwork
    {
        using CpuPlan plan = options.Plan(TNetwork.Info, new WeightDictionary());
        CpuPlanner.Run<TNetwork>(plan, layers);
        return new MemoryUse(plan.WeightBytes, plan.SessionBytes);
    }
}
