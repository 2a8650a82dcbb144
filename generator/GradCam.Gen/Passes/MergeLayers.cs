using GradCam.Gen.Model;

namespace GradCam.Gen.Passes;

/// <summary>What the fusing passes share: a layer and the producer of one of its operands become one, in the layer's place and under its id.</summary>
internal static class MergeLayers
{
    /// <summary>Tries to merge every layer with the producer of each operand, the last operand first.</summary>
    /// <param name="network">The network.</param>
    /// <param name="merge">
    /// Makes the merged layer of (layer, producer), or null. Asked only for a producer whose output nothing else reads and that need not exist as such.
    /// </param>
    public static Network Run(Network network, Func<Layer, Layer, Layer?> merge)
    {
        var layers = network.Layers.ToDictionary(layer => layer.Id);
        ILookup<int, Layer> consumers = network.Consumers();
        HashSet<int> pinned = network.Pinned();
        foreach (Layer original in network.Layers)
        {
            Layer layer = original;
            foreach (int operand in original.Inputs.Reverse().ToList())
            {
                if (pinned.Contains(operand) || consumers[operand].Count() != 1 || !layers.TryGetValue(operand, out Layer? producer))
                    continue;
                // A layer that was changed by an earlier merge is not merged a second time over another operand.
                if (merge(layer, producer) is not { } merged)
                    continue;
                layer = merged with { Id = original.Id };
                layers.Remove(operand);
                break;
            }

            layers[layer.Id] = layer;
        }

        return network with { Layers = network.Layers.Where(layer => layers.ContainsKey(layer.Id)).Select(layer => layers[layer.Id]).ToList() };
    }
}
