using GradCam.Gen.Tool.Graphs;
using GradCam.Gen.Tool.Terminal;
using GradCam.Weights;

namespace GradCam.Gen.Tool.Explain;

/// <summary>A network to work with, whichever it is. Its weights are loaded when there is work.</summary>
/// <param name="name">What to call it in messages.</param>
/// <param name="info">Its description.</param>
/// <param name="layers">The layers to explain at, by the network's own names.</param>
/// <param name="load">Loads it.</param>
/// <param name="lookInside">Finds out what it consists of.</param>
/// <param name="owned">What is freed with it.</param>
internal sealed class ChosenNetwork(
    string name, NetworkInfo info, IReadOnlyList<string> layers, Func<NetworkOptions?, ILoadedNetwork> load, Func<NetworkAnatomy> lookInside,
    IDisposable? owned = null) : IDisposable
{
    /// <summary>What to call it in messages.</summary>
    public string Name => name;

    /// <summary>Its description.</summary>
    public NetworkInfo Info => info;

    /// <summary>The layers to explain at, by the network's own names, in the order in which they were typed.</summary>
    public IReadOnlyList<string> Layers => layers;

    /// <summary>What the user should know of it before they believe its results; null where there is nothing.</summary>
    public string? Note { get; init; }

    /// <summary>The file that describes it; null where it is built in.</summary>
    public FileInfo? SpecFile { get; init; }

    /// <summary>The file of its weights; null where it is built in.</summary>
    public FileInfo? WeightFile { get; init; }

    /// <summary>Finds out what it consists of.</summary>
    public NetworkAnatomy LookInside() => lookInside();

    /// <summary>Loads its weights.</summary>
    /// <param name="options">The backend's options; null for its own.</param>
    /// <exception cref="NetworkException">They are missing or damaged, or do not fit.</exception>
    public ILoadedNetwork Load(NetworkOptions? options = null)
    {
        try
        {
            return load(options);
        }
        catch (WeightException exception)
        {
            throw new NetworkException($"{Name} could not be loaded: {exception.Message}");
        }
    }

    /// <summary>The layer that was meant.</summary>
    /// <param name="typed">Its name, in any case.</param>
    /// <param name="names">The names of the layers that there are.</param>
    /// <exception cref="UsageException">There is none of that name.</exception>
    public static string FindLayer(string typed, IReadOnlyList<string> names) =>
        names.FirstOrDefault(name => string.Equals(name, typed, StringComparison.Ordinal))
        ?? names.FirstOrDefault(name => string.Equals(name, typed, StringComparison.OrdinalIgnoreCase))
        ?? throw new UsageException($"--layer: expected {Listed(names)}; found '{typed}'.{Suggestion.For(typed, names)}");

    public void Dispose() => owned?.Dispose();

    /// <summary>Of hundreds of layers the last ones, which are those that are usually looked at.</summary>
    private static string Listed(IReadOnlyList<string> names)
    {
        const int most = 20;
        string list = string.Join(", ", names.TakeLast(most));
        return names.Count > most ? $"one of {names.Count} layers, the last of which are {list}" : list;
    }
}
