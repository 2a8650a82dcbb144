using System.ComponentModel;

namespace GradCam.Planning;

/// <summary>The dry run at load, in which a backend meets all operations that the schedule will call, and prepares their weights.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class DryRun
{
    /// <summary>Runs a forward pass, and the gradients, and their sums, of the first so many of the layers that are explained.</summary>
    /// <typeparam name="TNetwork">The network.</typeparam>
    /// <typeparam name="TBackend">What meets the operations.</typeparam>
    /// <param name="backend">It is changed by calls of its own methods alone, not by those that it leaves to <see cref="IDryRunBackend"/>.</param>
    /// <param name="layers">How many layers, of <see cref="NetworkInfo.Layers"/>.</param>
    public static void Run<TNetwork, TBackend>(ref TBackend backend, int layers)
        where TNetwork : INetwork
        where TBackend : struct, IDryRunBackend
    {
        TNetwork.RunForward(ref backend);
        for (int layer = 0; layer < layers; layer++)
        {
            if (!TNetwork.Info.Layers[layer].Gradient.IsEmpty)
                TNetwork.RunBackward(ref backend, layer, @class: 0, seed: 1);
            TNetwork.RunSeededBackward(ref backend, layer);
            if (!TNetwork.Info.Layers[layer].GradientSums.IsEmpty)
                TNetwork.RunGradientSums(ref backend, layer, @class: 0, seed: 1);
        }
    }
}
