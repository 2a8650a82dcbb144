using System.Diagnostics;
using GradCam.Tests;
using GradCam.Weights;

namespace GradCam.Benchmarks;

[Network("../../samples/Zoo/resnet18.net")]
[GradCam("layer4", Suffix = true)]
internal sealed partial class ResNet18WithSuffix;

[Network("../../samples/Zoo/squeezenet1_1.net")]
[GradCam("features.12")]
[GradCam("classifier.2")]
[GradCam("features.9")]
internal sealed partial class SqueezeNet11AtThreeLayers;

/// <summary>
/// What explanations cost, in forward passes of the same network in the same run: medians of rounds that take turns. <c>-- costs [--rounds N] [--long]</c>;
/// <c>--long</c> adds methods of hundreds of runs.
/// </summary>
internal static class CostTable
{
    private const int BatchSize = 8;

    private static readonly int[] FiveClasses = [1, 20, 300, 500, 999];

    private static readonly CamMethod[] GradientMethods =
    [
        CamMethod.GradCam, CamMethod.HiResCam, CamMethod.GradCamPlusPlus, CamMethod.XGradCam, CamMethod.LayerCam, CamMethod.GradCamElementWise,
    ];

    public static int Run(string[] arguments)
    {
        int rounds = BenchmarkArguments.Number(arguments, "--rounds", otherwise: 15);
        bool isLong = arguments.Contains("--long");
        using var folder = new TemporaryFolder();
        string resnetFile = Path.Combine(folder.Path, "resnet18.safetensors"), squeezenetFile = Path.Combine(folder.Path, "squeezenet1_1.safetensors");
        RandomSafetensors.Write(ResNet18WithSuffix.Info, resnetFile);
        RandomSafetensors.Write(SqueezeNet11AtThreeLayers.Info, squeezenetFile);
        using var resnet = ResNet18WithSuffix.Load(resnetFile, new CpuOptions { Threads = 1 });
        using var shared = ResNet18WithSuffix.Load(resnetFile, new CpuOptions { Threads = 2 });
        using var squeeze = SqueezeNet11AtThreeLayers.Load(squeezenetFile, new CpuOptions { Threads = 1 });
        Batch(resnet, shared, rounds);
        using WeightSource weights = WeightLoading.OpenFile(resnetFile);
        using Model model = new CpuOptions().Backend.Prepare<ResNet18WithSuffix>(weights, new CpuOptions { Threads = 1 });
        using NetworkSession session = resnet.CreateSession(), squeezed = squeeze.CreateSession();
        using Executor executor = model.CreateExecutor();
        float[] image = Image(session.Info, 1), other = Image(squeezed.Info, 1);
        session.Forward(image, TensorLayout.Hwc);
        executor.Forward(image);
        float[] activation = new float[executor.Info.Layers[0].Activation.Length];
        executor.Read(executor.Info.Layers[0].Activation, activation);
        Table("resnet18, layer4, 1 thread", rounds, () => session.Forward(image, TensorLayout.Hwc),
        [
            ("the layers behind it (suffix)", () =>
            {
                executor.WriteActivation(0, activation);
                executor.Run(new SchedulePass { Kind = PassKind.Suffix, Layer = 0 });
            }),
            ("Grad-CAM after a forward pass", () => session.Explain(281)),
            ("six gradient methods for five classes", () =>
            {
                foreach (CamMethod method in GradientMethods)
                    session.Explain(FiveClasses, 0, method);
            }),
            .. Others(isLong).Select(method => ($"{method.Name}", new Action(() => session.Explain(281, 0, method)))),
        ]);
        Cancellation(resnet, shared, image);
        if (isLong)
            Throughput(resnet, shared, image, rounds);
        squeezed.Forward(other, TensorLayout.Hwc);
        Table("squeezenet1_1, three layers compiled, 1 thread", rounds, () => squeezed.Forward(other, TensorLayout.Hwc),
            [("Grad-CAM at features.12 after a forward pass", () => squeezed.Explain(281))]);
        return 0;
    }

    private static IEnumerable<CamMethod> Others(bool all)
    {
        string[] keys = all ? ["shapleycam", "finercam", "reciprocam", "ablationcam", "scorecam"] : ["shapleycam", "finercam", "reciprocam", "ablationcam"];
        return keys.Select(CamMethod.Parse);
    }

    /// <summary>A batch on two threads beside two sessions of one thread each, on as many photos.</summary>
    private static void Batch(ResNet18WithSuffix alone, ResNet18WithSuffix shared, int rounds)
    {
        using NetworkSession first = alone.CreateSession(), second = alone.CreateSession(), batch = shared.CreateSession(BatchSize);
        float[] images = [.. Enumerable.Range(0, BatchSize).SelectMany(i => Image(batch.Info, i))];
        int length = batch.Info.Input.Length;
        void Half(NetworkSession session, int from)
        {
            for (int i = from; i < from + BatchSize / 2; i++)
                session.Forward(images.AsSpan(i * length, length), TensorLayout.Hwc);
        }

        Table($"resnet18, {BatchSize} photos, 2 threads", rounds, () => Parallel.Invoke(() => Half(first, 0), () => Half(second, BatchSize / 2)),
            [
                ("a batch, in two sessions' time", () => batch.Forward(images, TensorLayout.Hwc)),
                ("of which the inputs are set", () =>
                {
                    for (int i = 0; i < BatchSize; i++)
                        batch.SetInput(images.AsSpan(i * length, length), TensorLayout.Hwc, sample: i);
                }),
            ]);
    }

    /// <summary>Score-CAM's whole forward passes by batches over two threads, beside one after the other on one: at least 1.9 times is wanted.</summary>
    private static void Throughput(ResNet18WithSuffix alone, ResNet18WithSuffix shared, float[] image, int rounds)
    {
        using NetworkSession one = alone.CreateSession(), two = shared.CreateSession();
        double[] ratios = new double[Math.Min(rounds, 5)];
        for (int round = -1; round < ratios.Length; round++)
        {
            double single = Run(one), both = Run(two);
            if (round >= 0)
                ratios[round] = single / both;
        }

        Console.WriteLine($"Score-CAM at 2 threads, in that of 1 thread: {Median(ratios):f3} times as fast");

        double Run(NetworkSession session)
        {
            session.Forward(image, TensorLayout.Hwc);
            return Time(() => session.Explain(281, 0, CamMethod.ScoreCam));
        }
    }

    /// <summary>How long a long method goes on after it was cancelled, at most of a few times: at most 50 ms are wanted.</summary>
    private static void Cancellation(ResNet18WithSuffix alone, ResNet18WithSuffix shared, float[] image)
    {
        const int tries = 5;
        string[] keys = ["scorecam", "sscam", "ablationcam", "rsigradcam", "rise", "occlusion", "sobol", "lime"];
        foreach ((ResNet18WithSuffix network, int threads) in new[] { (alone, 1), (shared, 2) })
        {
            double longest = 0;
            string slowest = "";
            using NetworkSession session = network.CreateSession();
            foreach (IExplanationMethod method in keys.Select(ExplanationMethods.Parse))
            {
                for (int i = -1; i < tries; i++)
                {
                    session.Forward(image, TensorLayout.Hwc);
                    using var source = new CancellationTokenSource();
                    long cancelled = 0;
                    using var timer = new Timer(_ =>
                    {
                        cancelled = Stopwatch.GetTimestamp();
                        source.Cancel();
                    }, null, 30 + 7 * Math.Max(i, 0), Timeout.Infinite);
                    var options = new ExplainOptions { CancellationToken = source.Token };
                    try
                    {
                        if (method is CamMethod cam)
                            session.Explain(281, 0, cam, options: options);
                        else
                            session.Attribute(image, TensorLayout.Hwc, 281, (InputMethod)method, options);
                    }
                    catch (OperationCanceledException)
                    {
                        double time = Stopwatch.GetElapsedTime(cancelled).TotalMilliseconds;
                        if (i >= 0 && time > longest)
                            (longest, slowest) = (time, method.Name);
                    }
                }
            }

            Console.WriteLine(
                $"resnet18, {threads} thread(s): cancelled methods end within {longest:f1} ms ({slowest}; of {keys.Length} methods, {tries} times each)");
        }
    }

    private static void Table(string title, int rounds, Action unit, IReadOnlyList<(string Name, Action Run)> rows)
    {
        double[] units = new double[rounds];
        double[][] times = [.. rows.Select(_ => new double[rounds])];
        for (int round = -1; round < rounds; round++)
        {
            double one = Time(unit);
            for (int row = 0; row < rows.Count; row++)
            {
                // What is explained is a fresh forward pass's: nothing is there already.
                unit();
                double time = Time(rows[row].Run);
                if (round >= 0)
                    times[row][round] = time;
            }

            if (round >= 0)
                units[round] = one;
        }

        double median = Median(units);
        Console.WriteLine($"{title}: {median:f2} ms");
        for (int row = 0; row < rows.Count; row++)
            Console.WriteLine($"  {rows[row].Name,-45} {Median(times[row]),9:f3} ms  {Median(times[row]) / median,8:f4}");
    }

    private static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static float[] Image(NetworkInfo info, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, info.Input.Length).Select(_ => 4 * random.NextSingle() - 2)];
    }
}
