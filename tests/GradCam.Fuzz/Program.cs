using System.Diagnostics;
using System.Globalization;
using GradCam.Fuzz.Engine;
using GradCam.Fuzz.Targets;

namespace GradCam.Fuzz;

/// <summary>The command line: long runs, and single inputs again.</summary>
internal static class Program
{
    /// <summary>For the processes that the program itself starts.</summary>
    public const string WorkerVerb = "worker";

    private const string Usage =
        """
        Usage: all|TARGET ... [--minutes N | --seconds N] [--cases N] [--seed N] [--findings FOLDER]
               repro FILE ...     runs inputs again; a file's name begins with its target's: onnx-123.bin
               write TARGET N     writes case N of a target to standard output [--seed N]
        The time is that of all targets together, the cases those of each.
        """;

    public static int Main(string[] arguments)
    {
        try
        {
            return arguments switch
            {
                [WorkerVerb, string name, string seed, string first, string cases, string seconds, string folder, string progress] =>
                    Work(Find(name), Int(seed), Long(first), new Budget(Long(cases), TimeSpan.FromSeconds(Real(seconds))), folder, progress),
                ["repro", .. string[] files] when files.Length > 0 => Reproduce(files),
                ["write", string name, string index, .. string[] rest] => Write(Find(name), Long(index), rest is ["--seed", string seed] ? Int(seed) : 1),
                [_, ..] => Fuzz(arguments),
                _ => throw new FormatException("Expected a target."),
            };
        }
        catch (FormatException exception)
        {
            Console.Error.WriteLine(exception.Message);
            Console.Error.WriteLine(Usage);
            Console.Error.WriteLine($"Targets: {string.Join(", ", AllTargets.Names)}");
            return 2;
        }
    }

    private static int Fuzz(string[] arguments)
    {
        var names = new List<string>();
        double seconds = double.PositiveInfinity;
        long cases = long.MaxValue;
        int seed = 1;
        string folder = "findings";
        for (int i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--minutes":
                    seconds = 60 * Real(Value(arguments, ref i));
                    break;
                case "--seconds":
                    seconds = Real(Value(arguments, ref i));
                    break;
                case "--cases":
                    cases = Long(Value(arguments, ref i));
                    break;
                case "--seed":
                    seed = Int(Value(arguments, ref i));
                    break;
                case "--findings":
                    folder = Value(arguments, ref i);
                    break;
                case "all":
                    names.AddRange(AllTargets.Names);
                    break;
                default:
                    names.Add(arguments[i]);
                    break;
            }
        }

        FuzzTarget[] targets = [.. names.Select(Find)];
        if (double.IsInfinity(seconds) && cases == long.MaxValue)
            seconds = 60;
        TimeSpan share = double.IsInfinity(seconds) ? TimeSpan.FromDays(1) : TimeSpan.FromSeconds(seconds / targets.Length);
        Console.WriteLine($"{"target",-12} {"cases",12} {"seconds",8} {"findings",8}");
        (long allCases, double allSeconds, long allFindings) = (0, 0, 0);
        foreach (FuzzTarget target in targets)
        {
            long start = Stopwatch.GetTimestamp();
            (long done, long findings) = new Supervisor(target, seed, Path.GetFullPath(folder)).Run(new Budget(cases, share));
            double took = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Console.WriteLine($"{target.Name,-12} {done,12:n0} {took,8:f0} {findings,8}");
            (allCases, allSeconds, allFindings) = (allCases + done, allSeconds + took, allFindings + findings);
        }

        Console.WriteLine($"{"all",-12} {allCases,12:n0} {allSeconds,8:f0} {allFindings,8}");
        return allFindings == 0 ? 0 : 1;
    }

    private static int Work(FuzzTarget target, int seed, long first, Budget budget, string folder, string progressFile)
    {
        using var progress = new Progress(progressFile);
        Worker.Run(target, seed, first, budget, new Findings(folder), progress);
        return 0;
    }

    private static int Reproduce(string[] files)
    {
        int findings = 0;
        foreach (string file in files)
        {
            string name = Path.GetFileName(file);
            Symptom? symptom = new CaseRunner(Find(name.Split('-', '.')[0])).Run(File.ReadAllBytes(file));
            Console.WriteLine(symptom is null ? $"{file}: nothing found" : $"{file}: {symptom.Kind}\n{symptom.Text}");
            findings += symptom is null ? 0 : 1;
        }

        return findings == 0 ? 0 : 1;
    }

    private static int Write(FuzzTarget target, long index, int seed)
    {
        using Stream output = Console.OpenStandardOutput();
        output.Write(CaseSource.Get(target, seed, index));
        return 0;
    }

    private static FuzzTarget Find(string name) => AllTargets.Find(name) ?? throw new FormatException($"There is no target '{name}'.");

    private static string Value(string[] arguments, ref int i) =>
        ++i < arguments.Length ? arguments[i] : throw new FormatException($"{arguments[i - 1]} needs a value.");

    private static int Int(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static long Long(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static double Real(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
