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

    /// <summary>Its layers, without the input, which is compiled for its gradient.</summary>
    private readonly string[] _layers = [.. info.Layers.Where(layer => layer.Activation != info.Input).Select(layer => layer.Name)];

    public ChosenNetwork ChooseStages(ParseResult result, bool isWithInput) => new(info.Name, info, _layers, load);

    public ChosenNetwork Choose(ParseResult result, IReadOnlyList<string> layers, bool isWithInput)
    {
        string[] chosen = [.. layers.Select(layer => ChosenNetwork.FindLayer(layer, _layers))];
        return new ChosenNetwork(info.Name, info, chosen.Length == 0 ? _layers[..1] : chosen, load);
    }
}
