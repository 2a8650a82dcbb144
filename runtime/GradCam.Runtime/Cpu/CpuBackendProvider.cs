using GradCam.Cpu.Packing;
using GradCam.Planning;
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
        CpuOptions own = options as CpuOptions ?? new CpuOptions { VerifyHash = options.VerifyHash };
        CpuPlan plan = own.Plan(TNetwork.Info, weights);
        using IDisposable? held = weights.Hold();
        try
        {
            WeightChecks.Verify(TNetwork.Info, weights, options.VerifyHash);
            CpuPlanner.Run<TNetwork>(plan, TNetwork.Info.Layers.Count);
            if (own.PackedFile is null)
                plan.EndDryRun();
            else if (FeatureSwitches.PackedFiles)
                PackedFile.EndDryRun(own.PackedFile, plan, typeof(TNetwork), own.VerifyHash);
            else
                plan.EndDryRunWithout(own.PackedFile, "the app was built with GradCamPackedFiles=false");
            LoadWarnings.Write(TNetwork.Info, weights, plan.Report);
            return new CpuModel<TNetwork>(plan) { Biases = BiasFolding.Read<TNetwork>(plan.Weights) };
        }
        catch
        {
            plan.Dispose();
            throw;
        }
    }
}
