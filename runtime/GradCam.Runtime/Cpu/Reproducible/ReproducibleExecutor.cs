using GradCam.Cpu.Memory;
using GradCam.Cpu.Packing;
using GradCam.Cpu.Threading;
using GradCam.Numerics;

namespace GradCam.Cpu.Reproducible;

/// <summary>Runs a network sample after sample, each on all threads.</summary>
internal sealed unsafe class ReproducibleExecutor<TNetwork> : Executor
    where TNetwork : INetwork
{
    private readonly CpuWorkspace _workspace;
    private readonly ReproducibleBackend[] _backends;

    public ReproducibleExecutor(CpuPlan plan, int batch)
    {
        _workspace = new CpuWorkspace(TNetwork.Info, plan.ScratchLength, threads: 1, batch);
        _backends = new ReproducibleBackend[batch];
        for (int i = 0; i < batch; i++)
            _backends[i] = new ReproducibleBackend(_workspace.ArenaOf(i), _workspace.Scratch, plan.Operations, new Team(plan.Threads));
    }

    /// <inheritdoc/>
    public override NetworkInfo Info => TNetwork.Info;

    /// <inheritdoc/>
    public override int Batch => _backends.Length;

    /// <inheritdoc/>
    internal override Arithmetic Arithmetic => ReproducibleArithmetic.Instance;

    /// <inheritdoc/>
    internal override string BackendName => "reproducible";

    /// <inheritdoc/>
    internal override bool TryTrace<TTracer>(ref TTracer tracer, in SchedulePass pass)
    {
        pass.Run<TNetwork, TTracer>(ref tracer, 0);
        return true;
    }

    /// <inheritdoc/>
    protected override void RunCore(in SchedulePass pass, int first, int count)
    {
        for (int i = 0; i < count; i++)
            pass.Run<TNetwork, ReproducibleBackend>(ref _backends[first + i], i);
    }

    /// <inheritdoc/>
    private protected override void RunDecoratedCore(in SchedulePass pass, PassDecorator decorator) =>
        decorator.Run<TNetwork, ReproducibleBackend>(ref _backends[0], pass);

    /// <inheritdoc/>
    protected override void WriteCore(int sample, in Tensor destination, ReadOnlySpan<float> values, TensorLayout layout) =>
        _backends[sample].Write(values, layout, destination);

    /// <inheritdoc/>
    protected override void ReadCore(int sample, in Tensor source, Span<float> destination) => _backends[sample].Read(source, destination);

    /// <inheritdoc/>
    protected override void Free() => _workspace.Dispose();
}
