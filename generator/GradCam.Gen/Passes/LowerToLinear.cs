using GradCam.Gen.Model;
using GradCam.Gen.Operations;

namespace GradCam.Gen.Passes;

/// <summary>
/// A 1x1 convolution on a 1x1 map is a linear layer (squeeze-and-excite has them), and flattening a 1x1 map does nothing.
/// </summary>
internal static class LowerToLinear
{
    public static Network Run(Network network)
    {
        Dictionary<int, Layer> byId = network.ById();
        var replaced = new Dictionary<int, int>();
        var layers = new List<Layer>();
        foreach (Layer original in network.Layers)
        {
            Layer layer = original with { Inputs = original.Inputs.Select(id => replaced.TryGetValue(id, out int other) ? other : id).ToList() };
            if (layer.Operation is FlattenOperation && byId[original.Input].Shape.IsVector)
            {
                replaced[layer.Id] = layer.Input;
                continue;
            }

            if (layer.Operation is ConvolutionOperation { IsPointwise: true } && layer.Shape.IsVector && byId[original.Input].Shape.IsVector)
                layer = layer with { Operation = new LinearOperation() };

            layers.Add(layer);
        }

        int Now(int id) => replaced.TryGetValue(id, out int other) ? other : id;
        return network with
        {
            Layers = layers,
            Outputs = network.Outputs.Select(output => output with { Id = Now(output.Id) }).ToList(),
            Targets = network.Targets.Select(target => target with { Id = Now(target.Id) }).ToList(),
        };
    }
}
