using System.Diagnostics;
using GradCam.Gpu.Devices;
using GradCam.Gpu.Planning;
using GradCam.Planning;
using GradCam.Weights;

namespace GradCam.Gpu;

/// <summary>Prepares networks for a GPU.</summary>
internal sealed class GpuBackendProvider : BackendProvider
{
    public static GpuBackendProvider Instance { get; } = new();

    public override Model Prepare<TNetwork>(WeightSource weights, NetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(options);
        GpuOptions own = options as GpuOptions ?? new GpuOptions { VerifyHash = options.VerifyHash };
        if (!Enum.IsDefined(own.Precision))
            throw new GpuException($"GpuOptions.Precision is {own.Precision}: expected {string.Join(", ", Enum.GetNames<GpuPrecision>())}.");

        GpuDevice device;
        try
        {
            device = GpuDevice.Open(own);
        }
        catch (GpuException exception) when (own.Fallback == GpuFallback.Cpu)
        {
            return PrepareForCpu<TNetwork>(weights, own, exception.Message);
        }

        if (own.LoadsKernelsAhead)
            device.Loader.LoadAhead(KernelForecast.OfPhotosAndMaps(TNetwork.Info, device));
        using IDisposable? held = weights.Hold();
        WeightChecks.Verify(TNetwork.Info, weights, options.VerifyHash);
        device.Bind();
        var plan = new GpuPlan(TNetwork.Info, weights, device, own);
        try
        {
            var planner = new GpuPlanner(plan);
            DryRun.Run<TNetwork, GpuPlanner>(ref planner, TNetwork.Info.Layers.Count);
            var report = new LoadReport { Warnings = plan.Weights.DescribeNonFinite() };
            LoadWarnings.Write(TNetwork.Info, weights, report);
            return new GpuModel<TNetwork>(plan, report) { Biases = BiasFolding.Read<TNetwork>(plan.Weights) };
        }
        catch
        {
            plan.Dispose();
            throw;
        }
    }

    private static Model PrepareForCpu<TNetwork>(WeightSource weights, GpuOptions options, string reason)
        where TNetwork : INetwork
    {
        var cpu = new CpuOptions { VerifyHash = options.VerifyHash };
        Model model = cpu.Backend.Prepare<TNetwork>(weights, cpu);
        string warning = $"it runs on the CPU: {reason}";
        model.LoadReport.Warnings = [.. model.LoadReport.Warnings, warning];
        Trace.TraceWarning($"{TNetwork.Info.Name}: {warning}");
        return model;
    }
}
