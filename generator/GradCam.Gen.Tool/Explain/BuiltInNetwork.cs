using System.CommandLine;

namespace GradCam.Gen.Tool.Explain;

/// <summary>The network that a program was built with, and no other.</summary>
/// <param name="info">Its description.</param>
/// <param name="load">Loads it.</param>
internal sealed class BuiltInNetwork(NetworkInfo info, Func<NetworkOptions?, ILoadedNetwork> load) : INetworkSource
{
    public NetworkInfo BuiltIn => info;

    public bool TakesOthers => false;

    public void AddTo(Command command)
    {
    }

    public ChosenNetwork ChooseStages(ParseResult result) => new(info.Name, info, [.. info.Layers.Select(layer => layer.Name)], load);

    public ChosenNetwork Choose(ParseResult result, params IReadOnlyList<string> layers)
    {
        string[] names = [.. info.Layers.Select(layer => layer.Name)];
        string[] chosen = [.. layers.Select(layer => ChosenNetwork.FindLayer(layer, names))];
        return new ChosenNetwork(info.Name, info, chosen.Length == 0 ? names[..1] : chosen, load);
    }
}
