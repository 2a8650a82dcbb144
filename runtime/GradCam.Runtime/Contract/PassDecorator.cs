namespace GradCam.Contract;

/// <summary>Comes between a network's schedule and its backend: it runs a part of the schedule on a backend of its own, over the one that it is
/// given.</summary>
internal abstract class PassDecorator
{
    /// <summary>Runs a part of the schedule on one sample.</summary>
    public abstract void Run<TNetwork, TBackend>(ref TBackend backend, in SchedulePass pass)
        where TNetwork : INetwork
        where TBackend : struct, IBackend;
}
