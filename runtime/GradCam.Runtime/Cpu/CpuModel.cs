using GradCam.Cpu.Packing;

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
    protected override Executor CreateExecutorCore(int batch) => new CpuExecutor<TNetwork>(plan, batch);

    /// <inheritdoc/>
    protected override void Free() => plan.Dispose();
}
