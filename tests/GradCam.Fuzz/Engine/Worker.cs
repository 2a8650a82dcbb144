using System.Diagnostics;

namespace GradCam.Fuzz.Engine;

/// <summary>Runs cases one after another, in this process.</summary>
internal static class Worker
{
    /// <summary>Runs a target's cases and writes findings.</summary>
    /// <param name="target">The target.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="first">The first case's number.</param>
    /// <param name="budget">When to end.</param>
    /// <param name="findings">Where findings go.</param>
    /// <param name="progress">Told of every case before it runs.</param>
    public static void Run(FuzzTarget target, int seed, long first, Budget budget, Findings findings, Progress progress)
    {
        var runner = new CaseRunner(target);
        var watch = Stopwatch.StartNew();
        for (long index = first; index < budget.Cases && watch.Elapsed < budget.Time; index++)
        {
            progress.Case = index;
            byte[] input = CaseSource.Get(target, seed, index);
            if (runner.Run(input) is not Symptom symptom)
                continue;
            progress.Findings++;
            findings.Add(target, index, symptom, () => Minimiser.Shrink(input, symptom.Kind, runner));
        }

        progress.Case++;
    }
}
