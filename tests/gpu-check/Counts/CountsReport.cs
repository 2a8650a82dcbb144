using System.Globalization;
using GradCam.GpuCheck.Ptx;
using GradCam.GpuCheck.Timing;

namespace GradCam.GpuCheck.Counts;

/// <summary>
/// What a network's Grad-CAM, from a batch of photos to heatmaps, makes an H100 execute, and the least time that it can take. No GPU is needed: the assembly
/// for it is run by software, a sample of each launch's groups. It knows no latencies, no caches but one without end, and no compiler of machine code.
/// </summary>
internal static class CountsReport
{
    private const string Header =
        "      us   n  by     issue  shared  memory   Minstr fma% float%  int% shared% glob% ctrl% mma%  lanes "
        + "Msector  need%       MB Mconflict Mbarrier  kernel";

    /// <summary>Counts and prints.</summary>
    /// <returns>The program's exit code.</returns>
    public static int Print(string name, int batch, GpuPrecision precision, TextWriter output)
    {
        if (CountedNetworks.Find(name) is not { } network)
        {
            output.WriteLine($"No network is named {name}: {string.Join(", ", CountedNetworks.Names)}.");
            return 2;
        }

        var counter = new LaunchCounter();
        GpuOptions options = PtxDevice.Open(PtxDevice.Counted, new PtxLoader(counter.Count), H100.Processors) with { Precision = precision };
        using Model model = network.Prepare(new NormalWeights(network.Info), options);
        using var session = new NetworkSession(model.CreateExecutor(batch));
        Explain(session, network.Info, batch);
        Print(FormattableString.Invariant($"{network.Name} batch={batch} {precision}"), counter.Launches, output);
        return 0;
    }

    /// <summary>Prints launches, the longest first, and each kernel's together.</summary>
    public static void Print(string title, IReadOnlyList<LaunchCounts> launches, TextWriter output)
    {
        output.WriteLine(FormattableString.Invariant(
            $"{title}: {launches.Count} launches, at least {1e6 * launches.Sum(launch => launch.Seconds):f0} us on an H100 by what is counted"));
        output.WriteLine(Header);
        var alike = launches.GroupBy(launch => (
            launch.Kernel, launch.Output, Groups: string.Join('x', launch.Groups), Math.Round(launch.Instructions), Math.Round(launch.Sectors)));
        foreach (var same in alike.OrderByDescending(same => same.Sum(launch => launch.Seconds)))
            output.WriteLine(Line([.. same], $"{same.Key.Kernel} {same.Key.Output} in {same.Key.Groups}"));
        output.WriteLine();
        foreach (IGrouping<string, LaunchCounts> kernel in launches.GroupBy(launch => launch.Kernel).OrderByDescending(kernel => kernel.Sum(l => l.Seconds)))
            output.WriteLine(Line([.. kernel], kernel.Key));
        output.WriteLine(Line(launches, "all"));
    }

    private static void Explain(NetworkSession session, NetworkInfo info, int batch)
    {
        const int Width = 500;
        const int Height = 375;
        if (info.PreprocessingOrigin == PreprocessingOrigin.TensorsOnly)
            throw new NotSupportedException($"{info.Name} takes no photos.");

        var photo = new ImageView(new byte[Width * Height * 3], Width, Height, PixelFormat.Rgb24);
        for (int i = 0; i < batch; i++)
            session.SetInput(photo, sample: i);
        session.Forward();
        _ = session.GetBestIndex();
        _ = session.ExplainSamples(new int[batch])[0].Values;
    }

    private static string Line(IReadOnlyList<LaunchCounts> launches, string name)
    {
        double instructions = launches.Sum(launch => launch.Instructions);
        double issue = launches.Sum(launch => launch.IssueSeconds);
        double shared = launches.Sum(launch => launch.SharedSeconds);
        double memory = launches.Sum(launch => launch.MemorySeconds);
        string by = issue >= shared && issue >= memory ? "issue" : shared >= memory ? "shared" : "memory";
        double sectors = launches.Sum(launch => launch.Sectors);
        string[] shares =
        [
            .. new[]
            {
                InstructionKind.MultiplyAdd, InstructionKind.Float, InstructionKind.Integer, InstructionKind.Shared, InstructionKind.Global,
                InstructionKind.Control, InstructionKind.Matrix,
            }.Select(kind => (100 * launches.Sum(launch => launch[kind]) / instructions).ToString("f0", CultureInfo.InvariantCulture)),
        ];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{1e6 * launches.Sum(launch => launch.Seconds),8:f1} {launches.Count,3}  {by,-6} {1e6 * issue,5:f0} {1e6 * shared,7:f0} {1e6 * memory,7:f0} ")
            + string.Create(
                CultureInfo.InvariantCulture,
                $"{instructions / 1e6,8:f2} {shares[0],4} {shares[1],6} {shares[2],5} {shares[3],7} {shares[4],5} {shares[5],5} {shares[6],4} ")
            + string.Create(
                CultureInfo.InvariantCulture,
                $"{launches.Sum(launch => launch.Lanes) / instructions,6:f1} {sectors / 1e6,7:f2} ")
            + string.Create(
                CultureInfo.InvariantCulture,
                $"{100 * launches.Sum(launch => launch.NeededBytes) / (sectors * MemoryCounter.SectorBytes),6:f0} ")
            + string.Create(
                CultureInfo.InvariantCulture,
                $"{launches.Sum(launch => launch.DistinctBytes) / 1e6,8:f2} {launches.Sum(launch => launch.Conflicts) / 1e6,9:f2} ")
            + string.Create(CultureInfo.InvariantCulture, $"{launches.Sum(launch => launch.Barriers) / 1e6,8:f3}  {name}");
    }
}
