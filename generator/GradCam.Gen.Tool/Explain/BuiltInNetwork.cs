using System.CommandLine;
using GradCam.Contract;
using GradCam.Gen.Tool.Graphs;

namespace GradCam.Gen.Tool.Explain;

/// <summary>The network that a program was built with, and no other.</summary>
/// <typeparam name="TNetwork">The network.</typeparam>
/// <param name="load">Loads it.</param>
internal sealed class BuiltInNetwork<TNetwork>(Func<NetworkOptions?, ILoadedNetwork> load) : INetworkSource
    where TNetwork : INetwork
{
    public NetworkInfo BuiltIn => TNetwork.Info;

    public bool TakesOthers => false;

    public void AddTo(Command command)
    {
    }

    public ChosenNetwork ChooseStages(ParseResult result) => Choose([.. BuiltIn.Layers.Select(layer => layer.Name)]);

    public ChosenNetwork Choose(ParseResult result, params IReadOnlyList<string> layers)
    {
        string[] names = [.. BuiltIn.Layers.Select(layer => layer.Name)];
        string[] chosen = [.. layers.Select(layer => ChosenNetwork.FindLayer(layer, names))];
        return Choose(chosen.Length == 0 ? names[..1] : chosen);
    }

    private ChosenNetwork Choose(IReadOnlyList<string> layers) => new(BuiltIn.Name, BuiltIn, layers, load, NetworkAnatomy.Of<TNetwork>);
}
