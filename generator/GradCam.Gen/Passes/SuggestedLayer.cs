using GradCam.Gen.Model;

namespace GradCam.Gen.Passes;

/// <summary>
/// The usual choice for Grad-CAM: the last map that has a label, before a pool takes its rows or its columns away. Where the output is a map itself, the last
/// of the smallest maps, which know most of what is around each position.
/// </summary>
internal static class SuggestedLayer
{
    /// <summary>
    /// What [GradCam] calls the layers that it can explain at, maps of several pixels that the first output depends on: of several labels the shortest.
    /// </summary>
    public static IReadOnlyDictionary<int, string> Candidates(Network network)
    {
        HashSet<int> influential = BindTargets.Ancestors(network, [network.LogitsId]);
        ILookup<int, string> labels = network.Labels.OrderBy(label => label.Key.Length).ToLookup(label => label.Value, label => label.Key);
        return network.Layers
            .Where(
                layer => !layer.Shape.IsVector && !layer.IsInput && layer.Id != network.LogitsId && influential.Contains(layer.Id) && labels.Contains(layer.Id))
            .ToDictionary(layer => layer.Id, layer => labels[layer.Id].First());
    }

    /// <summary>Null where there is none.</summary>
    public static Layer? Of(Network network)
    {
        IReadOnlyDictionary<int, string> candidates = Candidates(network);
        if (!network.HasClasses)
            return network.Layers.Where(layer => candidates.ContainsKey(layer.Id)).Reverse().OrderBy(layer => layer.Shape.Pixels).FirstOrDefault();
        HashSet<int> flattened = Flattened(network);
        return network.Layers.LastOrDefault(layer => candidates.ContainsKey(layer.Id) && !flattened.Contains(layer.Id))
            ?? network.Layers.LastOrDefault(layer => candidates.ContainsKey(layer.Id));
    }

    /// <summary>The single rows and columns that a pool made of a map, and what follows from them.</summary>
    private static HashSet<int> Flattened(Network network)
    {
        Dictionary<int, Layer> byId = network.ById();
        var flattened = new HashSet<int>();
        foreach (Layer layer in network.Layers.Where(layer => !layer.IsInput))
        {
            Shape before = byId[layer.Input].Shape, after = layer.Shape;
            bool flattens = layer.Operation.IsPool && ((after.Height == 1 && before.Height > 1) || (after.Width == 1 && before.Width > 1));
            if (flattens || ((after.Height == 1 || after.Width == 1) && layer.Operands.Any(flattened.Contains)))
                flattened.Add(layer.Id);
        }

        return flattened;
    }
}
