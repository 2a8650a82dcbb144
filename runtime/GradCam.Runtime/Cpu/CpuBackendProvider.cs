using System.Diagnostics;
using GradCam.Cpu.Packing;
using GradCam.Weights;

namespace GradCam.Cpu;

/// <summary>Prepares networks for the SIMD CPU backend.</summary>
internal sealed class CpuBackendProvider : BackendProvider
{
    public static CpuBackendProvider Instance { get; } = new();

    public override Model Prepare<TNetwork>(WeightSource weights, NetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(options);
        var plan = new CpuPlan(TNetwork.Info, weights, options);
        using IDisposable? held = weights.Hold();
        try
        {
            WeightChecks.Verify(TNetwork.Info, weights, options.VerifyHash);
            plan.DryRun<TNetwork>(TNetwork.Info.Layers.Count);
            if (options.PackedFile is null)
                plan.EndDryRun();
            else
                PackedFile.EndDryRun(options.PackedFile, plan, typeof(TNetwork));
            foreach (string warning in plan.Report.Warnings)
                Trace.TraceWarning($"{TNetwork.Info.Name}: weights of {weights.Name}: {warning}");
            return new CpuModel<TNetwork>(plan);
        }
        catch
        {
            plan.Dispose();
            throw;
        }
    }
}
