using GradCam.Gen.Model;
using GradCam.Gen.Operations;

namespace GradCam.Gen.Passes;

/// <summary>
/// Finds convolutions that follow each other with large maps between, such as an inverted bottleneck's: 1x1, depthwise, 1x1 (Sandler et al. 2018). A chain
/// runs in strips of rows, so that those maps are never stored: they would leave the cache and come back. A chain may end in a max pool. A map that something
/// else reads, a gradient included, is stored.
/// </summary>
internal static class ChainConvolutions
{
    /// <summary>Floats of a map that does not stay in cache until it is read: 1 MiB, as large as many a core's L2 cache.</summary>
    private const long LargeMap = 1 << 18;

    /// <summary>Weights of a chain at most, since each strip reads all of them again: 256 KiB.</summary>
    private const long MostWeights = 1 << 16;

    /// <summary>Convolutions of a chain at most: the rows that a strip needs of the first map grow with each of them.</summary>
    private const int MostLinks = 8;

    public static IReadOnlyList<IReadOnlyList<Layer>> Run(Network network)
    {
        Dictionary<int, Layer> byId = network.ById();
        ILookup<int, Layer> consumers = network.Consumers();
        HashSet<int> pinned = network.Pinned();
        HashSet<int> withGradient = BackwardSlice.ValuesWithGradient(network);
        var chains = new List<IReadOnlyList<Layer>>();
        var chained = new HashSet<int>();
        foreach (Layer first in network.Layers)
        {
            if (chained.Contains(first.Id) || !RunsInStrips(first))
                continue;
            List<Layer> chain = [first];
            long weights = Weights(first);
            while (chain.Count < MostLinks && Next(chain[chain.Count - 1]) is { } next && (weights += Weights(next)) <= MostWeights)
                chain.Add(next);
            if (chain.Count == 1)
                continue;
            chains.Add(chain);
            chained.UnionWith(chain.Select(layer => layer.Id));
        }

        return chains;

        // A residual ends a chain: in the middle it would be a map of its own, read in strips.
        Layer? Next(Layer layer)
        {
            if (layer.Operation is MaxPoolOperation || layer.Residual is not null || layer.Shape.Length < LargeMap)
                return null;
            if (pinned.Contains(layer.Id) || withGradient.Contains(layer.Id))
                return null;
            List<Layer> readers = consumers[layer.Id].ToList();
            if (readers.Count != 1 || readers[0].Residual == layer.Id)
                return null;
            Layer reader = readers[0];
            return reader.Operation switch
            {
                ConvolutionOperation { Window: var window } when RunsInStrips(reader) && IsMostlyMap(layer.Shape, reader.Shape, window) => reader,
                MaxPoolOperation { Window: var window } when IsMostlyMap(layer.Shape, reader.Shape, window) => reader,
                _ => null,
            };
        }

        // Not where most of what a window reads is padding: a map that is stored counts with it for the workspace's limit.
        static bool IsMostlyMap(Shape map, Shape output, Window window) =>
            new WorkspaceBuffer { Shape = map, Halo = window.ForwardHalo(map.Size, output.Size) }.Length <= 2 * map.Length;

        // Not a dense 3x3 of many channels: that runs by Winograd's algorithm, which gains more.
        bool RunsInStrips(Layer layer) => layer.Operation is ConvolutionOperation { Window: var window, Groups: var groups }
            && (groups > 1 || window.Kernel == Extent.One || byId[layer.Input].Shape.Channels <= 4);

        long Weights(Layer layer) => layer.Operation is ConvolutionOperation { Window: var window, Groups: var groups }
            ? (long)layer.Shape.Channels * (byId[layer.Input].Shape.Channels / groups) * window.Kernel.Height * window.Kernel.Width
            : 0;
    }
}
