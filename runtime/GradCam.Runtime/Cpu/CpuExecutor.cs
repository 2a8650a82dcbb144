using System.Runtime.InteropServices;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Packing;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu;

/// <summary>
/// Runs a network on the CPU. A single sample has all threads in each of its layers. Of several samples each thread takes whole ones: layers that are too small
/// to share then cost nothing, and what a thread reads is what it wrote. Those that are left over, fewer than threads, have all threads again.
/// </summary>
internal sealed unsafe class CpuExecutor<TNetwork> : Executor<TNetwork, CpuBackend>
    where TNetwork : INetwork
{
    private readonly CpuPlan _plan;
    private readonly CpuWorkspace _workspace;
    private SchedulePass _pass;
    private int _first;
    private GCHandle _self;

    public CpuExecutor(CpuPlan plan, int batch)
        : this(plan, new CpuWorkspace(TNetwork.Info, plan.ScratchLength, plan.Threads, batch), batch)
    {
    }

    private CpuExecutor(CpuPlan plan, CpuWorkspace workspace, int batch)
        : base(Backends(plan, workspace, batch), workspace)
    {
        (_plan, _workspace) = (plan, workspace);
        // Weak: workers find this object through it while a call on it is under way, and an executor that nobody disposes of is still collected.
        _self = GCHandle.Alloc(this, GCHandleType.Weak);
    }

    /// <inheritdoc/>
    internal override int SamplesAtOnce => _plan.Threads;

    internal override string BackendName => "cpu";

    /// <inheritdoc/>
    protected override void RunCore(in SchedulePass pass, int first, int count)
    {
        int shared = count - count % _plan.Threads;
        if (shared > 1 && _plan.Threads > 1)
        {
            (_pass, _first) = (pass, first);
            new Team(_plan.Threads).For(shared, new SampleJob { Executor = GCHandle.ToIntPtr(_self) });
        }
        else
        {
            shared = 0;
        }

        for (int i = shared; i < count; i++)
            RunSample(pass, first + i, i);
    }

    /// <inheritdoc/>
    protected override void Free()
    {
        _self.Free();
        base.Free();
    }

    private static CpuBackend[] Backends(CpuPlan plan, CpuWorkspace workspace, int batch)
    {
        var backends = new CpuBackend[batch];
        for (int i = 0; i < batch; i++)
            backends[i] = new CpuBackend(workspace.ArenaOf(i), workspace.Scratch, plan.ScratchLength, plan.Operations, new Team(plan.Threads));
        return backends;
    }

    /// <summary>A sample on the calling thread alone, with the scratch memory that is the thread's.</summary>
    private void RunAlone(int index, int worker)
    {
        int sample = _first + index;
        float* scratch = _workspace.Scratch + worker * _plan.ScratchLength;
        var backend = new CpuBackend(_workspace.ArenaOf(sample), scratch, _plan.ScratchLength, _plan.Operations, new Team(1));
        _pass.Run<TNetwork, CpuBackend>(ref backend, index);
    }

    private struct SampleJob : IParallelJob
    {
        public nint Executor;

        public readonly void Run(int index, int worker) => ((CpuExecutor<TNetwork>)GCHandle.FromIntPtr(Executor).Target!).RunAlone(index, worker);
    }
}
