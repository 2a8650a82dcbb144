using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Running;

namespace GradCam.Benchmarks;

/// <summary>
/// One layer at a time, its weights in cache, by BenchmarkDotNet: <c>-- micro [BenchmarkDotNet's options]</c>. In this process, since BenchmarkDotNet would
/// otherwise build this project, generator and all, again for each case.
/// </summary>
[SuppressMessage(
    "Design", "CA1001:Types that own disposable fields should be disposable", Justification = "BenchmarkDotNet calls Cleanup, and takes no sealed class.")]
[InProcess]
[MemoryDiagnoser]
public class KernelBenchmarks
{
    private LayerBench? _bench;

    /// <summary>Layers that stand for a kernel each, as lines of the table of layers.</summary>
    public static IEnumerable<string> Layers =>
    [
        "direct 1 conv 64 256 1x1 1x1 0x0 1x1 1 56x56",
        "direct 1 conv 1024 256 1x1 1x1 0x0 1x1 1 14x14",
        "direct 1 conv 3 64 7x7 2x2 3x3 1x1 1 224x224",
        "winograd 1 conv 64 64 3x3 1x1 1x1 1x1 1 56x56",
        "winograd 1 conv 512 512 3x3 1x1 1x1 1x1 1 28x28",
        "depthwise 1 conv 144 144 3x3 1x1 1x1 1x1 144 56x56",
        "depthwise 1 conv 240 240 5x5 2x2 2x2 1x1 240 28x28",
        "depthwise 1 conv 96 96 7x7 1x1 3x3 1x1 96 56x56",
        "linear 1 linear 2048 1000 1",
    ];

    /// <summary>The layer.</summary>
    [ParamsSource(nameof(Layers))]
    public string Line { get; set; } = "";

    /// <summary>Threads.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    internal static void RunAll(string[] arguments) => BenchmarkRunner.Run<KernelBenchmarks>(args: arguments);

    /// <summary>Packs the weights.</summary>
    [GlobalSetup]
    public void Setup() => _bench = new LayerBench([Layer.Parse(Line)], new CpuOptions { Threads = Threads });

    /// <summary>Runs the layer.</summary>
    [Benchmark]
    public void Forward() => _bench!.RunAll();

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void Cleanup() => _bench!.Dispose();
}
