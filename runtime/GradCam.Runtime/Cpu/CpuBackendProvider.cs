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
        WeightChecks.Verify(TNetwork.Info, weights, options.VerifyHash);
        var plan = new CpuPlan(TNetwork.Info, weights, options);
        try
        {
            plan.DryRun<TNetwork>(TNetwork.Info.Layers.Count);
            if (options.PackedFile is null)
                plan.EndDryRun();
            else
                PackedFile.EndDryRun(options.PackedFile, plan, typeof(TNetwork));
            return new CpuModel<TNetwork>(plan);
        }
        catch
        {
            plan.Dispose();
            throw;
        }
    }
}
