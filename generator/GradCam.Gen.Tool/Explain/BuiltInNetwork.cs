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

    /// <summary>Its layers, without the input, which is compiled for its gradient.</summary>
    private static string[] Layers => [.. TNetwork.Info.Layers.Where(layer => layer.Activation != TNetwork.Info.Input).Select(layer => layer.Name)];

    public ChosenNetwork ChooseStages(ParseResult result, bool isWithInput) => Choose(Layers);

    public ChosenNetwork Choose(ParseResult result, IReadOnlyList<string> layers, bool isWithInput)
    {
        string[] chosen = [.. layers.Select(layer => ChosenNetwork.FindLayer(layer, Layers))];
        return Choose(chosen.Length == 0 ? Layers[..1] : chosen);
    }

    private ChosenNetwork Choose(IReadOnlyList<string> layers) => new(BuiltIn.Name, BuiltIn, layers, load, NetworkAnatomy.Of<TNetwork>);
}
