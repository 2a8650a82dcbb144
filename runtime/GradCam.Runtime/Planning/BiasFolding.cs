using System.ComponentModel;

namespace GradCam.Planning;

/// <summary>Reads what a network's operations add, while its weights are there.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class BiasFolding
{
    /// <summary>Reads it.</summary>
    /// <typeparam name="TNetwork">The network.</typeparam>
    /// <param name="weights">Its weights, of which small vectors are read.</param>
    /// <returns>The biases; null where no compiled layer is an input.</returns>
    public static LayerBiases? Read<TNetwork>(NetworkWeights weights)
        where TNetwork : INetwork
    {
        NetworkInfo info = TNetwork.Info;
        if (!info.Layers.Any(layer => info.Inputs.Any(input => input.Tensor == layer.Activation)))
            return null;
        var biases = new Dictionary<int, float[]>();
        var reader = new BiasReader(weights, biases);
        DryRun.Run<TNetwork, BiasReader>(ref reader, layers: 0);
        return new LayerBiases(biases);
    }
}
