namespace GradCam.Parity.Tests.Gates;

/// <summary>
/// A network whose forward pass has the gates of double precision where the calling thread is in a <see cref="DoublePrecisionRun"/>; the backward slices are
/// as they are.
/// </summary>
internal sealed class GatedNetwork<TNetwork> : INetwork
    where TNetwork : INetwork
{
    public static NetworkInfo Info => TNetwork.Info;

    public static void RunForward<TBackend>(ref TBackend backend)
        where TBackend : struct, IBackend
    {
        if (DoublePrecisionRun.Current is not { } run)
        {
            // The dry run at load.
            TNetwork.RunForward(ref backend);
            return;
        }

        var gated = new GatedBackend<TBackend>(backend, run);
        TNetwork.RunForward(ref gated);
    }

    public static void RunBackward<TBackend>(ref TBackend backend, int layer, int @class, float seed)
        where TBackend : struct, IBackend => TNetwork.RunBackward(ref backend, layer, @class, seed);

    public static void RunSuffix<TBackend>(ref TBackend backend, int layer)
        where TBackend : struct, IBackend => TNetwork.RunSuffix(ref backend, layer);

    public static void RunSeededBackward<TBackend>(ref TBackend backend, int layer)
        where TBackend : struct, IBackend => TNetwork.RunSeededBackward(ref backend, layer);

    public static void RunGradientSums<TBackend>(ref TBackend backend, int layer, int @class, float seed)
        where TBackend : struct, IBackend => TNetwork.RunGradientSums(ref backend, layer, @class, seed);
}
