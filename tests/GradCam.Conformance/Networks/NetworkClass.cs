using System.Reflection;
using GradCam.Weights;

namespace GradCam.Conformance.Networks;

/// <summary>A compiled network's class, without its name at compile time.</summary>
public sealed class NetworkClass
{
    private readonly Type _type;

    /// <summary>Takes a class that the generator completed.</summary>
    public NetworkClass(Type type)
    {
        _type = type;
        MethodInfo info = typeof(NetworkClass).GetMethod(nameof(InfoOf), BindingFlags.NonPublic | BindingFlags.Static)!;
        Info = (NetworkInfo)info.MakeGenericMethod(type).Invoke(null, null)!;
    }

    /// <summary>The network's description.</summary>
    public NetworkInfo Info { get; }

    /// <summary>A random input of standard normal values, packed.</summary>
    public float[] Input(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Info.Input.Length).Select(_ => (float)RandomWeights.Normal(random))];
    }

    /// <summary>Prepares the network for a backend.</summary>
    public Model Prepare(BackendProvider backend, WeightSource weights, NetworkOptions options) =>
        (Model)typeof(BackendProvider).GetMethod(nameof(BackendProvider.Prepare))!.MakeGenericMethod(_type)
            .Invoke(backend, BindingFlags.DoNotWrapExceptions, null, [weights, options], null)!;

    /// <summary>Prepares the network with a number of threads a session.</summary>
    public Model Prepare(BackendProvider backend, WeightSource weights, int threads = 1) => Prepare(backend, weights, new CpuOptions { Threads = threads });

    /// <summary>Runs the whole schedule on a backend: the forward pass, and each layer's slice and sums.</summary>
    /// <param name="backend">A backend, boxed.</param>
    public void RunAll(IBackend backend)
    {
        ArgumentNullException.ThrowIfNull(backend);
        typeof(NetworkClass).GetMethod(nameof(RunAllOn), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(_type, backend.GetType())
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [backend], null);
    }

    private static NetworkInfo InfoOf<TNetwork>()
        where TNetwork : INetwork => TNetwork.Info;

    private static void RunAllOn<TNetwork, TBackend>(TBackend backend)
        where TNetwork : INetwork
        where TBackend : struct, IBackend
    {
        TNetwork.RunForward(ref backend);
        for (int layer = 0; layer < TNetwork.Info.Layers.Count; layer++)
        {
            LayerInfo info = TNetwork.Info.Layers[layer];
            if (!info.Gradient.IsEmpty)
                TNetwork.RunBackward(ref backend, layer, @class: 0, seed: 1);
            TNetwork.RunSeededBackward(ref backend, layer);
            if (info.HasSuffix)
                TNetwork.RunSuffix(ref backend, layer);
            if (!info.GradientSums.IsEmpty)
                TNetwork.RunGradientSums(ref backend, layer, @class: 0, seed: 1);
        }
    }
}
