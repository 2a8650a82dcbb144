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
        if (!ExplainsInput(info))
            return null;
        var biases = new Dictionary<int, float[]>();
        var reader = new BiasReader(weights, biases);
        DryRun.Run<TNetwork, BiasReader>(ref reader, layers: 0);
        return new LayerBiases(biases);
    }

    private static bool ExplainsInput(NetworkInfo info)
    {
        for (int layer = 0; layer < info.Layers.Count; layer++)
        {
            for (int input = 0; input < info.Inputs.Count; input++)
            {
                Tensor one = info.Inputs[input].Tensor, other = info.Layers[layer].Activation;
                if (one.Offset == other.Offset && one.Channels == other.Channels && one == other)
                    return true;
            }
        }

        return false;
    }
}
