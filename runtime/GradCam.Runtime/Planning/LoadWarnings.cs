using System.Diagnostics;
using GradCam.Weights;

namespace GradCam.Planning;

/// <summary>What a load noticed, as warnings of <see cref="Trace"/>, for who does not look at the report.</summary>
internal static class LoadWarnings
{
    /// <summary>Says them.</summary>
    public static void Write(NetworkInfo info, WeightSource weights, LoadReport report)
    {
        if (!FeatureSwitches.TraceWarnings)
            return;
        foreach (string warning in report.Warnings)
            Trace.TraceWarning($"{info.Name}: weights of {weights.Name}: {warning}");
    }
}
