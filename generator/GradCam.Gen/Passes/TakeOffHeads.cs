using GradCam.Gen.Model;
using GradCam.Gen.Operations;

namespace GradCam.Gen.Passes;

/// <summary>
/// Takes a final softmax or sigmoid off every output, so that the output is the logits. A logit explains, a probability does not: where the
/// network is sure its slope vanishes, and a softmax falls when another class's evidence grows.
/// </summary>
internal static class TakeOffHeads
{
    public static Network Run(Network network)
    {
        network = TakeOff(TakeOff(network, OutputHead.Softmax), OutputHead.Sigmoid);
        // A file may give the logits as one output and their probabilities as another.
        ILookup<int, OutputHead> heads = network.Outputs.ToLookup(output => output.Id, output => output.Head);
        return network with { Outputs = [.. network.Outputs.Select(output => output with { Head = heads[output.Id].Max() })] };
    }

    /// <summary>
    /// Layers that only move values stand behind a head as well as before it: what of them stands between the head and an output is moved before it.
    /// </summary>
    private static Network TakeOff(Network network, OutputHead head)
    {
        Dictionary<int, Layer> byId = network.ById();
        var headed = new HashSet<int>();
        foreach (Layer layer in network.Layers.Where(layer => !layer.IsInput))
        {
            if (IsHead(layer, head) || (Moves(layer, byId[layer.Input], head) && layer.Inputs.All(headed.Contains)))
                headed.Add(layer.Id);
        }

        bool EndsInHead(Output output) => output.Head == OutputHead.None && headed.Contains(output.Id);
        HashSet<int> path = [.. network.Outputs.Where(EndsInHead).Select(output => output.Id)];
        foreach (Layer layer in network.Layers.Reverse())
        {
            if (path.Contains(layer.Id) && !IsHead(layer, head))
                path.UnionWith(layer.Inputs);
        }

        var before = new Dictionary<int, int>();
        var layers = new List<Layer>();
        int firstNew = network.Layers.Max(layer => layer.Id) + 1, next = firstNew;
        foreach (Layer layer in network.Layers)
        {
            layers.Add(layer);
            if (!path.Contains(layer.Id))
                continue;
            if (IsHead(layer, head))
            {
                before[layer.Id] = layer.Input;
                continue;
            }

            layers.Add(layer with { Id = next, Inputs = layer.Inputs.Select(id => before[id]).ToList() });
            before[layer.Id] = next++;
        }

        // The network's input is no logit.
        HashSet<int> inputs = [.. network.Inputs.Select(input => input.Id)];
        List<Output> outputs = network.Outputs
            .Select(output => EndsInHead(output) && !inputs.Contains(before[output.Id]) ? new Output(output.Name, before[output.Id], head) : output)
            .ToList();
        network = network with { Layers = layers, Outputs = outputs };
        HashSet<int> live = BindTargets.Ancestors(network, outputs.Select(output => output.Id));
        return network with { Layers = layers.Where(layer => live.Contains(layer.Id) || !(path.Contains(layer.Id) || layer.Id >= firstNew)).ToList() };
    }

    private static bool IsHead(Layer layer, OutputHead head) => head == OutputHead.Softmax
        ? layer.Operation is SoftmaxOperation
        : layer.Operation is ActivationOperation { Activation: var activation } && activation.Kind == ActivationKind.Sigmoid;

    /// <summary>
    /// True where the head of the layer's output is the layer of the head's output: always where the layer changes nothing, and for a sigmoid, which works
    /// value by value and grows, wherever values are moved or the largest one is taken.
    /// </summary>
    private static bool Moves(Layer layer, Layer input, OutputHead head) =>
        (layer.Operation.IsIdentityOnVectors && layer.Shape.IsVector && input.Shape.IsVector)
        || (layer.Operation.PicksValues && head == OutputHead.Sigmoid);
}
