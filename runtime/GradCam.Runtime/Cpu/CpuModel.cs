using GradCam.Cpu.Threading;

namespace GradCam.Cpu;

/// <summary>A network with its weights packed for this machine.</summary>
internal sealed class CpuModel<TNetwork> : Model, ICpuModel
    where TNetwork : INetwork
{
    private readonly CpuPlan _plan;
    private readonly int _threads;

    public CpuModel(CpuPlan plan)
    {
        _plan = plan;
        _threads = plan.Options.Threads > 0 ? plan.Options.Threads : PhysicalCores.Count;
    }

    /// <inheritdoc/>
    public override NetworkInfo Info => TNetwork.Info;

    /// <summary>Bytes of packed weights.</summary>
    internal long WeightBytes => _plan.WeightBytes;

    /// <summary>Bytes that a session allocates: the feature maps and the kernels' scratch memory.</summary>
    internal long WorkspaceBytes => sizeof(float) * (CpuWorkspace.ArenaLength(Info) + _threads * _plan.ScratchLength);

    /// <inheritdoc/>
    (long Weights, long Workspace) ICpuModel.Bytes => (WeightBytes, WorkspaceBytes);

    /// <inheritdoc/>
    public override unsafe Executor CreateExecutor()
    {
        var workspace = new CpuWorkspace(Info, _plan.ScratchLength, _threads);
        var backend = new CpuBackend(workspace.Arena, workspace.Scratch, _plan.ScratchLength, _plan.Operations, new Team(_threads));
        return new Executor<TNetwork, CpuBackend>(backend, workspace);
    }

    /// <inheritdoc/>
    public override void Dispose() => _plan.Dispose();
}

/// <summary>A model of the CPU backend, of whichever network.</summary>
internal interface ICpuModel
{
    /// <summary>Bytes of packed weights, and of a session's workspace.</summary>
    (long Weights, long Workspace) Bytes { get; }
}
