using System.ComponentModel;

namespace GradCam.Planning;

/// <summary>
/// What each operation with weights adds to what it makes of its input, one number an output channel: its bias, with all that is folded into it. Of networks
/// that are compiled with the gradient at an input, for FullGrad, which multiplies the gradient there with it.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class LayerBiases
{
    private readonly Dictionary<int, float[]> _biases = [];

    private LayerBiases()
    {
    }

    /// <summary>Reads them.</summary>
    /// <typeparam name="TNetwork">The network.</typeparam>
    /// <param name="weights">Its weights, which are small vectors here.</param>
    /// <returns>The biases; null where no compiled layer is an input.</returns>
    public static LayerBiases? Read<TNetwork>(NetworkWeights weights)
        where TNetwork : INetwork
    {
        NetworkInfo info = TNetwork.Info;
        if (!info.Layers.Any(layer => info.Inputs.Any(input => input.Tensor == layer.Activation)))
            return null;
        var biases = new LayerBiases();
        var reader = new BiasReader(weights, biases._biases);
        DryRun.Run<TNetwork, BiasReader>(ref reader, layers: 0);
        return biases;
    }

    /// <summary>What an operation adds; empty where that is nothing.</summary>
    /// <param name="operation">Its number.</param>
    public ReadOnlySpan<float> Of(int operation) => _biases.GetValueOrDefault(operation);
}
