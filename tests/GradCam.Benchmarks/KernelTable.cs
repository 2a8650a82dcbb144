namespace GradCam.Benchmarks;

/// <summary>
/// Times the convolutions and linear layers of real networks, each with weights of its own and in the network's order, so that weights come from memory as they
/// do in a whole network. The time of a layer is its shortest, which other work on the machine disturbs least: <c>-- kernels [network ...] [--threads N]
/// [--rounds N]</c>.
/// </summary>
internal static class KernelTable
{
    public static int Run(string[] arguments)
    {
        BenchmarkArguments parsed = BenchmarkArguments.Parse(arguments, 15, 1);
        int threads = parsed.Threads[0];
        double peak = FmaPeak.Measure();
        Console.WriteLine($"FMA peak {peak / 1e9:f1} GFLOP/s a core");
        foreach (IGrouping<string, Layer> network in Layer.ReadAll().GroupBy(layer => layer.Network))
        {
            if (parsed.Networks.Count == 0 || parsed.Networks.Contains(network.Key))
                Run(network.Key, [.. network], parsed.Options with { Threads = threads }, parsed.Rounds, peak * threads);
        }

        return 0;
    }

    private static void Run(string network, Layer[] layers, CpuOptions options, int rounds, double peak)
    {
        using var bench = new LayerBench(layers, options);
        double[][] times = bench.Measure(rounds);
        Console.WriteLine();
        Console.WriteLine($"{network,-34} {"algorithm",-13} {"count",5} {"us each",9} {"ms all",8} {"GFLOP/s",8} {"peak",6}");
        double totalTime = 0, totalFlops = 0;
        for (int i = 0; i < layers.Length; i++)
        {
            double each = times[i].Min();
            double flops = layers[i].Flops;
            totalTime += each * layers[i].Count;
            totalFlops += flops * layers[i].Count;
            Console.WriteLine(
                $"{layers[i],-34} {bench.AlgorithmOf(i),-13} {layers[i].Count,5} {each * 1e6,9:f1} "
                + $"{each * layers[i].Count * 1e3,8:f3} {flops / each / 1e9,8:f1} {flops / each / peak,6:p0}");
        }

        Console.WriteLine(
            $"{network} threads={options.Threads} total={totalTime * 1e3:f2} ms "
            + $"rate={totalFlops / totalTime / 1e9:f1} GFLOP/s peak_fraction={totalFlops / totalTime / peak:f2} "
            + $"weights={bench.WeightBytes / 1048576.0:f1} MiB");
    }
}
