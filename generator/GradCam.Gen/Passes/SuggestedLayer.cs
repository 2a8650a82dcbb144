using GradCam.Gen.Model;

namespace GradCam.Gen.Passes;

/// <summary>The usual choice for Grad-CAM: the last map that has a label, before a pool takes its rows or its columns away.</summary>
internal static class SuggestedLayer
{
    /// <summary>What [GradCam] calls the layers that it can explain at, maps of several pixels that the logits depend on: of several labels the shortest.</summary>
    public static IReadOnlyDictionary<int, string> Candidates(Network network)
    {
        HashSet<int> influential = BindTargets.Ancestors(network, [network.LogitsId]);
        ILookup<int, string> labels = network.Labels.OrderBy(label => label.Key.Length).ToLookup(label => label.Value, label => label.Key);
        return network.Layers
            .Where(layer => !layer.Shape.IsVector && layer.Id != network.Input.Id && influential.Contains(layer.Id) && labels.Contains(layer.Id))
            .ToDictionary(layer => layer.Id, layer => labels[layer.Id].First());
    }

    /// <summary>Null where there is none.</summary>
    public static Layer? Of(Network network)
    {
        IReadOnlyDictionary<int, string> candidates = Candidates(network);
        HashSet<int> flattened = Flattened(network);
        return network.Layers.LastOrDefault(layer => candidates.ContainsKey(layer.Id) && !flattened.Contains(layer.Id))
            ?? network.Layers.LastOrDefault(layer => candidates.ContainsKey(layer.Id));
    }

    /// <summary>The single rows and columns that a pool made of a map, and what follows from them.</summary>
    private static HashSet<int> Flattened(Network network)
    {
        Dictionary<int, Layer> byId = network.ById();
        var flattened = new HashSet<int>();
        foreach (Layer layer in network.Layers.Skip(1))
        {
            Shape before = byId[layer.Input].Shape, after = layer.Shape;
            bool flattens = layer.Operation.IsPool && ((after.Height == 1 && before.Height > 1) || (after.Width == 1 && before.Width > 1));
            if (flattens || ((after.Height == 1 || after.Width == 1) && layer.Operands.Any(flattened.Contains)))
                flattened.Add(layer.Id);
        }

        return flattened;
    }
}
