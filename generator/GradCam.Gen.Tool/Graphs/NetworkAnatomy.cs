using GradCam.Contract;

namespace GradCam.Gen.Tool.Graphs;

/// <summary>What is known of a network's inside, beyond its description.</summary>
/// <param name="Graph">Its operations.</param>
/// <param name="Memory">The memory that it takes on this machine.</param>
internal sealed record NetworkAnatomy(NetworkGraph Graph, MemoryUse Memory)
{
    /// <summary>Looks into a network.</summary>
    /// <typeparam name="TNetwork">The network; its weights are not needed.</typeparam>
    public static NetworkAnatomy Of<TNetwork>()
        where TNetwork : INetwork => new(NetworkGraph.Of<TNetwork>(), MemoryUse.Measure<TNetwork>());
}
