using System.Diagnostics;
using GradCam.Tests;
using GradCam.Weights;

namespace GradCam.Benchmarks;

/// <summary>
/// What the same bits on every machine cost: networks of the zoo as they are fastest and with <see cref="ReproducibleCpuOptions"/>, in turns within one
/// process; medians, or with --best the shortest times: <c>-- reproducible [network ...] [--threads 1,2] [--rounds N] [--best]</c>.
/// </summary>
internal static class ReproducibleCost
{
    public static int Run(string[] arguments)
    {
        BenchmarkArguments parsed = BenchmarkArguments.Parse(arguments, 11, 1, 2);
        foreach (ZooNetwork network in ZooNetwork.All.Where(network => parsed.Networks.Count == 0 || parsed.Networks.Contains(network.Name)))
            Run(network, parsed);
        return 0;
    }

    private static void Run(ZooNetwork network, BenchmarkArguments parsed)
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, network.Name + ".safetensors");
        RandomSafetensors.Write(network.Info, file);
        foreach (int threads in parsed.Threads)
        {
            using WeightSource source = WeightLoading.OpenFile(file);
            using Model fast = network.Prepare(source, parsed.Options with { Threads = threads });
            using Model same = network.Prepare(source, new ReproducibleCpuOptions { Threads = threads });
            Compare(network, fast, same, threads, parsed);
        }
    }

    private static void Compare(ZooNetwork network, Model fast, Model same, int threads, BenchmarkArguments parsed)
    {
        NetworkSession[] sessions = [new(fast.CreateExecutor()), new(same.CreateExecutor())];
        var random = new Random(2);
        float[] image = [.. Enumerable.Range(0, network.Info.Input.Length).Select(_ => 4 * random.NextSingle() - 2)];
        double[][] forward = [new double[parsed.Rounds], new double[parsed.Rounds]];
        double[][] gradCam = [new double[parsed.Rounds], new double[parsed.Rounds]];
        for (int round = -2; round < parsed.Rounds; round++)
        {
            for (int i = 0; i < sessions.Length; i++)
            {
                long start = Stopwatch.GetTimestamp();
                sessions[i].Forward(image, TensorLayout.Chw);
                double time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                start = Stopwatch.GetTimestamp();
                sessions[i].Explain(0, parsed.Layer);
                if (round >= 0)
                    (forward[i][round], gradCam[i][round]) = (time, time + Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }

        int rank = parsed.Best ? 0 : parsed.Rounds / 2;
        double[] f = [.. forward.Select(times => times.Order().ElementAt(rank))], g = [.. gradCam.Select(times => times.Order().ElementAt(rank))];
        Console.WriteLine(
            $"{network.Name} threads={threads} forward={f[0]:f2} ms reproducible={f[1]:f2} ms ratio={f[1] / f[0]:f1} "
            + $"gradcam={g[0]:f2} ms reproducible={g[1]:f2} ms ratio={g[1] / g[0]:f1}");
        foreach (NetworkSession session in sessions)
            session.Dispose();
    }
}
