using GradCam.Gen.Model;

namespace GradCam.Gen.Operations;

/// <summary>The identifiers of one generated class. A layer's step, operation, value and gradient have one name, each in its own nested class.</summary>
internal sealed class Names
{
    private readonly Dictionary<int, string> _layers = [];
    private readonly List<string> _weights;

    public Names(Network network)
    {
        List<string> layers = Identifiers.Unique(network.Layers.Select(layer => Identifiers.FromPath(layer.Name)), Identifiers.ReservedInSchedule);
        for (int i = 0; i < layers.Count; i++)
            _layers[network.Layers[i].Id] = layers[i];
        _weights = Identifiers.Unique(network.Weights.Select(weight => Identifiers.FromPath(weight.Name)), Identifiers.ReservedInSchedule);
    }

    public string Layer(int id) => _layers[id];

    public string Value(int id) => "Values." + _layers[id];

    public string Gradient(int id) => "Gradients." + _layers[id];

    public string Sums(int id) => "Sums." + _layers[id];

    public string Operation(int id) => "Operations." + _layers[id];

    public string Weight(int index) => _weights[index];
}
