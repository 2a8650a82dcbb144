using GradCam.Gpu.Memory;
using GradCam.Gpu.Planning;

namespace GradCam.Gpu;

/// <summary>A network with its weights on a device.</summary>
internal sealed class GpuModel<TNetwork>(GpuPlan plan, LoadReport report) : Model
    where TNetwork : INetwork
{
    /// <inheritdoc/>
    public override NetworkInfo Info => TNetwork.Info;

    /// <inheritdoc/>
    public override LoadReport LoadReport => report;

    /// <inheritdoc/>
    protected override Executor CreateExecutorCore(int batch)
    {
        plan.Device.Bind();
        var workspace = new GpuWorkspace(plan, batch);
        try
        {
            if (plan.LoadsKernelsAhead)
                plan.Device.Loader.LoadAhead(KernelForecast.OfPasses<TNetwork>(plan, batch));
            return new GpuExecutor<TNetwork>(plan, workspace);
        }
        catch
        {
            workspace.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    protected override void Free()
    {
        plan.Device.Bind();
        plan.Dispose();
    }
}
