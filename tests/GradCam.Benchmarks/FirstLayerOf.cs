namespace GradCam.Benchmarks;

/// <summary>
/// A network as it would be with its first [GradCam] alone: some networks of this program are compiled for earlier layers too, whose gradients need weights
/// that the usual network does not have.
/// </summary>
/// <typeparam name="TNetwork">The network.</typeparam>
internal sealed class FirstLayerOf<TNetwork> : INetwork
    where TNetwork : INetwork
{
    public static NetworkInfo Info { get; } = new()
    {
        Name = TNetwork.Info.Name,
        Inputs = TNetwork.Info.Inputs,
        Outputs = TNetwork.Info.Outputs,
        Layers = [TNetwork.Info.Layers[0]],
        Weights = TNetwork.Info.Weights,
        WorkspaceLength = TNetwork.Info.WorkspaceLength,
        Preprocessing = TNetwork.Info.Preprocessing,
        Labels = TNetwork.Info.Labels,
    };

    public static void RunForward<TBackend>(ref TBackend backend)
        where TBackend : struct, IBackend => TNetwork.RunForward(ref backend);

    public static void RunBackward<TBackend>(ref TBackend backend, int layer, int @class, float seed)
        where TBackend : struct, IBackend => TNetwork.RunBackward(ref backend, layer, @class, seed);

    public static void RunSuffix<TBackend>(ref TBackend backend, int layer)
        where TBackend : struct, IBackend => TNetwork.RunSuffix(ref backend, layer);

    public static void RunSeededBackward<TBackend>(ref TBackend backend, int layer)
        where TBackend : struct, IBackend => TNetwork.RunSeededBackward(ref backend, layer);

    public static void RunGradientSums<TBackend>(ref TBackend backend, int layer, int @class, float seed)
        where TBackend : struct, IBackend => TNetwork.RunGradientSums(ref backend, layer, @class, seed);
}
