using GradCam.Cpu.Memory;
using GradCam.Cpu.Packing;
using GradCam.Cpu.Threading;
using GradCam.Numerics;

namespace GradCam.Cpu.Reproducible;

/// <summary>Runs a network sample after sample, each on all threads.</summary>
internal sealed unsafe class ReproducibleExecutor<TNetwork> : Executor<TNetwork, ReproducibleBackend>
    where TNetwork : INetwork
{
    public ReproducibleExecutor(CpuPlan plan, int batch)
        : this(plan, new CpuWorkspace(TNetwork.Info, plan.ScratchLength, threads: 1, batch), batch)
    {
    }

    private ReproducibleExecutor(CpuPlan plan, CpuWorkspace workspace, int batch)
        : base(Backends(plan, workspace, batch), workspace)
    {
    }

    /// <inheritdoc/>
    internal override Arithmetic Arithmetic => ReproducibleArithmetic.Instance;

    /// <inheritdoc/>
    internal override string BackendName => "reproducible";

    private static ReproducibleBackend[] Backends(CpuPlan plan, CpuWorkspace workspace, int batch)
    {
        var backends = new ReproducibleBackend[batch];
        for (int i = 0; i < batch; i++)
            backends[i] = new ReproducibleBackend(workspace.ArenaOf(i), workspace.Scratch, plan.Operations, new Team(plan.Threads));
        return backends;
    }
}
