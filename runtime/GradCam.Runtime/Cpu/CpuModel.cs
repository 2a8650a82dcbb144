using GradCam.Cpu.Memory;
using GradCam.Cpu.Packing;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu;

/// <summary>A network with its weights packed for this machine.</summary>
internal sealed class CpuModel<TNetwork>(CpuPlan plan) : Model
    where TNetwork : INetwork
{
    /// <inheritdoc/>
    public override NetworkInfo Info => TNetwork.Info;

    /// <inheritdoc/>
    public override LoadReport LoadReport { get; } = plan.Report;

    /// <summary>Bytes of packed weights.</summary>
    internal long WeightBytes => plan.WeightBytes;

    /// <inheritdoc/>
    protected override unsafe Executor CreateExecutorCore()
    {
        var workspace = new CpuWorkspace(Info, plan.ScratchLength, plan.Threads);
        var backend = new CpuBackend(workspace.Arena, workspace.Scratch, plan.ScratchLength, plan.Operations, new Team(plan.Threads));
        return new Executor<TNetwork, CpuBackend>(backend, workspace);
    }

    /// <inheritdoc/>
    protected override void Free() => plan.Dispose();
}
