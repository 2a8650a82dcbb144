using System.Diagnostics;
using System.Globalization;

namespace GradCam.Fuzz.Engine;

/// <summary>
/// Runs a target in a process of its own, which a fault may end: then the case that ran is a finding, and another process goes on behind it. A case that does
/// not end is one as well.
/// </summary>
/// <param name="target">The target.</param>
/// <param name="seed">The run's seed.</param>
/// <param name="folder">Where findings go.</param>
internal sealed class Supervisor(FuzzTarget target, int seed, string folder)
{
    /// <summary>How much processor time a case takes before its process is ended. The process's own check comes first where the case ends at all.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    /// <summary>As long without processor time: a deadlock.</summary>
    private static readonly TimeSpan Standstill = TimeSpan.FromMinutes(10);

    /// <summary>Cases that must not take the machine's memory end as OutOfMemoryException.</summary>
    private const string HeapLimit = "0x60000000";

    private readonly Findings _findings = new(folder);

    /// <summary>Runs until the budget is used up.</summary>
    /// <returns>Cases and findings.</returns>
    public (long Cases, long Findings) Run(Budget budget)
    {
        var watch = Stopwatch.StartNew();
        string file = Path.GetTempFileName();
        try
        {
            using var progress = new Progress(file);
            while (progress.Case < budget.Cases && watch.Elapsed < budget.Time)
            {
                long first = progress.Case;
                using Process process = Start(first, budget with { Time = budget.Time - watch.Elapsed }, file);
                string? end = Watch(process, progress);
                if (end is null)
                    break;
                progress.Findings++;
                _findings.Add(target, progress.Case, new Symptom(end, end, IsMeasured: false), () => CaseSource.Get(target, seed, progress.Case));
                progress.Case++;
            }

            return (progress.Case, progress.Findings);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private Process Start(long first, Budget budget, string progressFile)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!);
        string[] arguments =
        [
            Program.WorkerVerb, target.Name, seed.ToString(CultureInfo.InvariantCulture), first.ToString(CultureInfo.InvariantCulture),
            budget.Cases.ToString(CultureInfo.InvariantCulture), budget.Time.TotalSeconds.ToString(CultureInfo.InvariantCulture), folder, progressFile,
        ];
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(typeof(Supervisor).Assembly.Location);
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["DOTNET_GCHeapHardLimit"] = HeapLimit;
        // No dump of every process that a case ends.
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        return Process.Start(start)!;
    }

    /// <summary>Waits for the process.</summary>
    /// <returns>How the case ended it, or null where it ended by itself.</returns>
    private static string? Watch(Process process, Progress progress)
    {
        long current = progress.Case;
        TimeSpan used = TimeSpan.Zero;
        var since = Stopwatch.StartNew();
        while (!process.WaitForExit(200))
        {
            TimeSpan now = ProcessorTime(process);
            if (progress.Case != current)
            {
                current = progress.Case;
                used = now;
                since.Restart();
            }
            else if (now - used > Hang || since.Elapsed > Standstill)
            {
                process.Kill();
                process.WaitForExit();
                return "hang";
            }
        }

        return process.ExitCode == 0 ? null : $"the process ended with exit code {process.ExitCode}";
    }

    private static TimeSpan ProcessorTime(Process process)
    {
        try
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
        catch (InvalidOperationException)
        {
            // It has ended since it was last looked at.
            return TimeSpan.Zero;
        }
    }
}
