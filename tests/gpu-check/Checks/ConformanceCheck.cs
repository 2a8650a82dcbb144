using System.Diagnostics;
using GradCam.Conformance;
using GradCam.Conformance.Cases;

namespace GradCam.GpuCheck.Checks;

/// <summary>The conformance suite's operations: random cases of each against the reference in double precision, and the same bits twice.</summary>
internal static class ConformanceCheck
{
    private const int FirstSeed = 5000;

    public static void Run(CheckArguments arguments, Report report)
    {
        int cases = arguments.IsSmall ? 2 : 40;
        // A case may write to the workspace in its forward pass, which no network does: a forecast without memory cannot.
        GpuOptions options = arguments.Options with { LoadsKernelsAhead = false };
        var check = new BackendCheck(
            operation => new ProviderRun(operation, options.Backend, options), [operation => new ProviderRun(operation, options.Backend, options)]);
        foreach (string name in OperationCases.Names)
        {
            if (report.IsOver)
            {
                report.LeaveOut(name);
                continue;
            }

            long start = Stopwatch.GetTimestamp();
            string[] failures = [.. Enumerable.Range(FirstSeed, cases).Select(seed => check.Run(name, seed, withSameBits: seed % 4 == 0)).OfType<string>()];
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            report.Expect(failures.Length == 0, $"{name}: {cases - failures.Length} of {cases} cases, {seconds:f1} s {First(failures)}");
        }
    }

    private static string First(string[] failures) => failures.Length == 0 ? "" : "\n" + string.Join("\n", failures.Take(2));
}
