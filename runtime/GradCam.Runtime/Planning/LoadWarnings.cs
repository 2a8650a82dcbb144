using System.Diagnostics;
using GradCam.Weights;

namespace GradCam.Planning;

/// <summary>What a load noticed, as warnings of <see cref="Trace"/>, for who does not look at the report.</summary>
internal static class LoadWarnings
{
    /// <summary>Says them.</summary>
    public static void Write(NetworkInfo info, WeightSource weights, LoadReport report)
    {
        if (FeatureSwitches.TraceWarnings && report.Warnings.Count > 0)
            Write(info, weights, report.Warnings);
    }

    // By itself, so that a load without warnings does not load what traces.
    private static void Write(NetworkInfo info, WeightSource weights, IReadOnlyList<string> warnings)
    {
        foreach (string warning in warnings)
            Trace.TraceWarning($"{info.Name}: weights of {weights.Name}: {warning}");
    }
}
