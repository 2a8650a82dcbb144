namespace GradCam.Contract;

/// <summary>Comes between a network's schedule and its backend for a pass: it runs the schedule on a backend of its own, over the one that it is given.</summary>
internal abstract class PassDecorator
{
    /// <summary>Runs the forward pass.</summary>
    public virtual void RunForward<TNetwork, TBackend>(ref TBackend backend)
        where TNetwork : INetwork
        where TBackend : struct, IBackend => TNetwork.RunForward(ref backend);

    /// <summary>Runs a backward slice.</summary>
    public abstract void RunBackward<TNetwork, TBackend>(ref TBackend backend, int layer, int @class, float seed)
        where TNetwork : INetwork
        where TBackend : struct, IBackend;
}
