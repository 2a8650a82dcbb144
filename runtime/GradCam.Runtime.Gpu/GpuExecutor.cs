using GradCam.Gpu.Devices;
using GradCam.Gpu.Memory;
using GradCam.Gpu.Planning;

namespace GradCam.Gpu;

/// <summary>A session's network on a device.</summary>
internal sealed class GpuExecutor<TNetwork>(GpuPlan plan, GpuWorkspace workspace) : Executor
    where TNetwork : INetwork
{
    private GpuBackend _backend = new(plan, workspace);

    /// <inheritdoc/>
    public override NetworkInfo Info => TNetwork.Info;

    /// <inheritdoc/>
    protected override void ForwardCore(ReadOnlySpan<float> input, TensorLayout layout)
    {
        plan.Device.Bind();
        try
        {
            _backend.Write(input, layout, TNetwork.Info.Input);
            TNetwork.RunForward(ref _backend);
        }
        catch (Exception exception) when (DeviceErrors.IsOfDevice(exception))
        {
            throw Describe(exception);
        }
    }

    /// <inheritdoc/>
    protected override void BackwardCore(int layer, int @class, float seed)
    {
        plan.Device.Bind();
        try
        {
            TNetwork.RunBackward(ref _backend, layer, @class, seed);
        }
        catch (Exception exception) when (DeviceErrors.IsOfDevice(exception))
        {
            throw Describe(exception);
        }
    }

    /// <inheritdoc/>
    protected override void GradientSumsCore(int layer, int @class, float seed)
    {
        plan.Device.Bind();
        try
        {
            TNetwork.RunGradientSums(ref _backend, layer, @class, seed);
        }
        catch (Exception exception) when (DeviceErrors.IsOfDevice(exception))
        {
            throw Describe(exception);
        }
    }

    /// <inheritdoc/>
    protected override void ReadCore(in Tensor source, Span<float> destination)
    {
        plan.Device.Bind();
        try
        {
            _backend.Read(source, destination);
        }
        catch (Exception exception) when (DeviceErrors.IsOfDevice(exception))
        {
            throw Describe(exception);
        }
    }

    /// <inheritdoc/>
    protected override void Free() => workspace.Dispose();

    private GpuException Describe(Exception exception) => DeviceErrors.Describe(exception, plan.Device.Accelerator, $"a run of {TNetwork.Info.Name}");
}
