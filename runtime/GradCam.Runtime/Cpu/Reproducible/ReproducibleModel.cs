using GradCam.Cpu.Packing;

namespace GradCam.Cpu.Reproducible;

/// <summary>A network with its weights packed for sums in one order.</summary>
internal sealed class ReproducibleModel<TNetwork>(CpuPlan plan) : Model
    where TNetwork : INetwork
{
    /// <inheritdoc/>
    public override NetworkInfo Info => TNetwork.Info;

    /// <inheritdoc/>
    public override LoadReport LoadReport { get; } = plan.Report;

    /// <inheritdoc/>
    protected override Executor CreateExecutorCore(int batch) => new ReproducibleExecutor<TNetwork>(plan, batch);

    /// <inheritdoc/>
    protected override void Free() => plan.Dispose();
}
