using GradCam.GpuCheck.Checks;
using GradCam.GpuCheck.Timing;

namespace GradCam.GpuCheck.Counts;

/// <summary>Networks by their names: those that are timed, compiled for their last layer alone, and the rest of the zoo.</summary>
internal static class CountedNetworks
{
    /// <summary>The names.</summary>
    public static IEnumerable<string> Names => TimedNetwork.All.Select(network => network.Name).Union(GoldenNetwork.All.Select(network => network.Name));

    /// <summary>A network by its name.</summary>
    /// <returns>Null where none has it.</returns>
    public static TimedNetwork? Find(string name)
    {
        if (TimedNetwork.All.Append(TimedNetwork.Tiny).FirstOrDefault(network => network.Name == name) is { } timed)
            return timed;

        return GoldenNetwork.All.FirstOrDefault(network => network.Name == name) is { } golden ? new(name, golden.Info, golden.Prepare) : null;
    }
}
