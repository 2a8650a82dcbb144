using GradCam.Gen.Model;

namespace GradCam.Gen.Operations;

/// <summary>The identifiers of one generated class. A layer's step, operation, value and gradient have one name, each in its own nested class.</summary>
internal sealed class Names
{
    private readonly Dictionary<int, string> _layers = [];
    private readonly Dictionary<Gradient, string> _gradients = [];

    public Names(Plan plan)
    {
        Network network = plan.Network;
        List<string> layers = Identifiers.Unique(network.Layers.Select(layer => Identifiers.FromPath(layer.Name)), Identifiers.ReservedInSchedule);
        for (int i = 0; i < layers.Count; i++)
            _layers[network.Layers[i].Id] = layers[i];
        foreach (bool sums in new[] { false, true })
            NameGradients(plan.Gradients.Keys.Where(gradient => gradient.IsSums == sums), layers);
    }

    public string Layer(int id) => _layers[id];

    public string Value(int id) => "Values." + _layers[id];

    public string Gradient(Gradient gradient) => (gradient.IsSums ? "Sums." : "Gradients.") + _gradients[gradient];

    /// <summary>A gradient's name in its class.</summary>
    public string GradientAlone(Gradient gradient) => _gradients[gradient];

    public string Operation(int id) => "Operations." + _layers[id];

    /// <summary>A weight tensor's row in Info.Weights.</summary>
    public static string Weight(int index) => FormattableString.Invariant($"{index}");

    /// <summary>A value's first gradient has its name; where slices need others too, these say what they are.</summary>
    private void NameGradients(IEnumerable<Gradient> gradients, List<string> layers)
    {
        var others = new List<Gradient>();
        foreach (IGrouping<int, Gradient> ofValue in gradients.GroupBy(gradient => gradient.Value))
        {
            Gradient first = ofValue.OrderBy(gradient => gradient.ClassChannel).First();
            _gradients[first] = _layers[first.Value];
            others.AddRange(ofValue.Where(gradient => gradient != first));
        }

        List<string> names = Identifiers.Unique(
            others.Select(other =>
                _layers[other.Value] + (other.ClassChannel ? "_OfClass" : "") + (other.Owner == other.Value ? "" : "_In_" + _layers[other.Owner])),
            [.. Identifiers.ReservedInSchedule, .. layers]);
        for (int i = 0; i < names.Count; i++)
            _gradients[others[i]] = names[i];
    }
}
