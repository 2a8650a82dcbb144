using GradCam.Cpu.Packing;
using GradCam.Cpu.Reproducible;
using GradCam.Planning;
using GradCam.Weights;

namespace GradCam.Cpu;

/// <summary>
/// Prepares networks to compute the same bits on every machine. Nothing else leads here, so an app that does not ask for it is built without.
/// </summary>
internal sealed class ReproducibleProvider : BackendProvider
{
    public static ReproducibleProvider Instance { get; } = new();

    public override Model Prepare<TNetwork>(WeightSource weights, NetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(options);
        int threads = (options as ReproducibleCpuOptions)?.Threads ?? 0;
        CpuPlan plan = new CpuOptions { Threads = threads }.Plan(TNetwork.Info, weights);
        using IDisposable? held = weights.Hold();
        try
        {
            WeightChecks.Verify(TNetwork.Info, weights, options.VerifyHash);
            var planner = new ReproduciblePlanner(plan);
            DryRun.Run<TNetwork, ReproduciblePlanner>(ref planner, TNetwork.Info.Layers.Count);
            plan.EndDryRun();
            LoadWarnings.Write(TNetwork.Info, weights, plan.Report);
            return new ReproducibleModel<TNetwork>(plan) { Biases = BiasFolding.Read<TNetwork>(plan.Weights) };
        }
        catch
        {
            plan.Dispose();
            throw;
        }
    }
}
