using GradCam.Cpu.Packing;
using GradCam.Planning;

namespace GradCam.Cpu;

/// <summary>
/// The dry run at load: a backend that computes nothing, but folds and packs the weights of every operation that the schedule calls, for the algorithm that it
/// chooses for the operation's shapes. What only the backward pass reads is packed when a compiled layer's backward slice calls for it.
/// </summary>
/// <param name="plan">What is collected.</param>
internal readonly partial struct CpuPlanner(CpuPlan plan) : IDryRunBackend
{
    private readonly CpuPlan _plan = plan;

    /// <summary>Meets all operations of a forward pass and of the gradients, and their sums, of the first so many of the layers that are explained.</summary>
    public static void Run<TNetwork>(CpuPlan plan, int layers)
        where TNetwork : INetwork
    {
        var planner = new CpuPlanner(plan);
        DryRun.Run<TNetwork, CpuPlanner>(ref planner, layers);
    }
}
