namespace GradCam.Explain.Maps;

/// <summary>
/// Numbers of which a layer has one a channel, where its maps are: <see cref="IMapOperations"/> makes them, and takes them until the map is made. The default
/// value stands for none.
/// </summary>
/// <param name="Index">Counts those of a map, from 1.</param>
internal readonly record struct ChannelNumbers(int Index)
{
    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => Index == 0;
}
