using System.Diagnostics;
using GradCam.Gen.Export.Onnx;
using GradCam.Weights;
using Microsoft.ML.OnnxRuntime;

namespace GradCam.Benchmarks;

/// <summary>
/// Networks of the zoo here and in ONNX Runtime, with the same weights and input, in turns within one process; medians, or with --best the shortest times,
/// which a busy machine disturbs less: <c>-- peers [network ...] [--threads 1,2] [--rounds N] [--no-winograd] [--half] [--layer N] [--best]</c>. The ONNX files
/// are the zoo's specs, exported.
/// </summary>
/// <remarks>
/// Before each time that is taken the same runs for a tenth of a second: the other's worker threads stop spinning (ONNX Runtime's do so for tens of
/// milliseconds after a run and hold a core that the next run needs), and cores that were idle are up to speed.
/// </remarks>
internal static class Peers
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(100);

    public static int Run(string[] arguments)
    {
        BenchmarkArguments parsed = BenchmarkArguments.Parse(arguments, 21, 1, 2);
        double peak = FmaPeak.Measure();
        Console.WriteLine($"FMA peak {peak / 1e9:f1} GFLOP/s a core");
        foreach (ZooNetwork network in ZooNetwork.All)
        {
            if (parsed.Networks.Count == 0 || parsed.Networks.Contains(network.Name))
                Run(network, parsed.Options, parsed.Threads, parsed.Rounds, peak, parsed.Layer, parsed.Best);
        }

        return 0;
    }

    private static void Run(ZooNetwork network, CpuOptions options, int[] threadCounts, int rounds, double peak, int layer, bool best)
    {
        string folder = Directory.CreateTempSubdirectory("gradcam-peers").FullName;
        try
        {
            string weights = Path.Combine(folder, network.Name + ".safetensors");
            string onnx = Path.Combine(folder, network.Name + ".onnx");
            RandomSafetensors.Write(network.Info, weights);
            using (FileStream stream = File.Create(onnx))
                OnnxExporter.Export(network.SpecPath, weights, stream);
            foreach (int threads in threadCounts)
                Compare(network, options with { Threads = threads }, weights, onnx, rounds, peak * threads, layer, best);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Compare(ZooNetwork network, CpuOptions options, string weights, string onnx, int rounds, double peak, int layer, bool best)
    {
        long start = Stopwatch.GetTimestamp();
        using WeightSource source = WeightLoading.OpenFile(weights);
        using Model model = network.Prepare(source, options);
        double load = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        using var session = new NetworkSession(model.CreateExecutor());

        using var ortOptions = new SessionOptions
        {
            IntraOpNumThreads = options.Threads,
            InterOpNumThreads = 1,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        };
        start = Stopwatch.GetTimestamp();
        using var ort = new InferenceSession(onnx, ortOptions);
        double ortLoad = Stopwatch.GetElapsedTime(start).TotalMilliseconds;

        Tensor input = network.Info.Input;
        var image = new float[input.Length];
        var random = new Random(2);
        foreach (ref float value in image.AsSpan())
            value = 4 * random.NextSingle() - 2;
        using OrtValue ortInput = OrtValue.CreateTensorValueFromMemory(image, [1, input.Channels, input.Height, input.Width]);
        var ortInputs = new Dictionary<string, OrtValue> { [ort.InputMetadata.Keys.Single()] = ortInput };
        using var runOptions = new Microsoft.ML.OnnxRuntime.RunOptions();
        string[] ortOutputs = [ort.OutputMetadata.Keys.First()];

        var forward = new double[rounds];
        var gradCam = new double[rounds];
        var ortTimes = new double[rounds];
        double difference = 0;
        for (int round = -2; round < rounds; round++)
        {
            double ours = TimeWhenWarm(() => session.Forward(image, TensorLayout.Chw));
            double explained = TimeWhenWarm(() =>
            {
                session.Forward(image, TensorLayout.Chw);
                session.Explain(0, layer);
            });
            float[] logits = [];
            double theirs = TimeWhenWarm(() =>
            {
                using IDisposableReadOnlyCollection<OrtValue> outputs = ort.Run(runOptions, ortInputs, ortOutputs);
                if (round < 0)
                    logits = outputs[0].GetTensorDataAsSpan<float>().ToArray();
            });
            if (round < 0)
                difference = Difference(session.Logits, logits);
            else
                (forward[round], gradCam[round], ortTimes[round]) = (ours, explained, theirs);
        }

        int rank = best ? 0 : rounds / 2;
        double f = forward.Order().ElementAt(rank), g = gradCam.Order().ElementAt(rank), o = ortTimes.Order().ElementAt(rank);
        Console.WriteLine(
            $"{network.Name} threads={options.Threads} forward={f:f2} ms gradcam={g:f2} ms ort={o:f2} ms forward/ort={f / o:f2} gradcam/forward={g / f:f2} "
            + $"peak_fraction={2e3 * network.Info.MultiplyAccumulates / f / peak:f2} load={load:f0} ms ort_load={ortLoad:f0} ms difference={difference:e1}");
    }

    private static double TimeWhenWarm(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < WarmUp)
            action();
        start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Difference(ReadOnlySpan<float> ours, ReadOnlySpan<float> theirs)
    {
        double worst = 0, largest = 0;
        for (int i = 0; i < ours.Length; i++)
        {
            worst = Math.Max(worst, Math.Abs((double)ours[i] - theirs[i]));
            largest = Math.Max(largest, Math.Abs(theirs[i]));
        }

        return worst / largest;
    }
}
