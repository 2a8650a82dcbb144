using GradCam.Cpu;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Packing;
using GradCam.Cpu.Threading;
using GradCam.Weights;

namespace GradCam.Benchmarks;

/// <summary>
/// The time of every operation of a forward pass where it stands in the network, with the caches as the operations before it left them:
/// <c>-- layers NETWORK ... [--threads N] [--rounds N] [--no-winograd]</c>.
/// </summary>
internal static class LayerTimes
{
    public static int Run(string[] arguments)
    {
        BenchmarkArguments parsed = BenchmarkArguments.Parse(arguments, 31, 1);
        foreach (ZooNetwork network in ZooNetwork.All)
        {
            if (parsed.Networks.Contains(network.Name))
                network.Visit(new Measurement(network, parsed.Options with { Threads = parsed.Threads[0] }, parsed.Rounds));
        }

        return 0;
    }

    private sealed class Measurement(ZooNetwork network, CpuOptions options, int rounds) : INetworkVisitor
    {
        public unsafe void Visit<TNetwork>()
            where TNetwork : INetwork
        {
            NetworkInfo info = TNetwork.Info;
            string path = Path.GetTempFileName();
            try
            {
                RandomSafetensors.Write(info, path);
                using WeightSource weights = WeightLoading.OpenFile(path);
                using CpuPlan plan = options.Plan(info, weights);
                CpuPlanner.Run<TNetwork>(plan, layers: 0);
                plan.EndDryRun();
                using var workspace = new CpuWorkspace(info, plan.ScratchLength, options.Threads);
                var times = new OperationTimes();
                var backend = new TimedBackend(
                    new CpuBackend(workspace.Arena, workspace.Scratch, plan.ScratchLength, plan.Operations, new Team(options.Threads)), times);
                float[] input = new float[info.Input.Length];
                var random = new Random(2);
                foreach (ref float value in input.AsSpan())
                    value = 4 * random.NextSingle() - 2;
                for (int round = -10; round < rounds; round++)
                {
                    if (round == 0)
                        times.Restart();
                    times.BeginRound();
                    backend.Write(input, TensorLayout.Chw, info.Input);
                    TNetwork.RunForward(ref backend);
                }

                Console.WriteLine();
                Console.WriteLine($"{network.Name} threads={options.Threads}");
                Console.WriteLine($"{"operation",-58} {"median us",10} {"shortest",10}");
                double medians = 0, shortests = 0;
                foreach ((string name, double median, double shortest) in times.Summary())
                {
                    medians += median;
                    shortests += shortest;
                    Console.WriteLine($"{name,-58} {median * 1e6,10:f1} {shortest * 1e6,10:f1}");
                }

                Console.WriteLine($"{"all",-58} {medians * 1e6,10:f1} {shortests * 1e6,10:f1}");
            }
            finally
            {
                File.Delete(path);
            }
        }
    }
}
