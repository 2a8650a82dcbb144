using System.Diagnostics;
using System.Globalization;
using GradCam.Evaluate;
using GradCam.Gen.Tool.Evaluation;
using GradCam.Imaging;
using GradCam.Tests;
using SkiaSharp;

namespace GradCam.Benchmarks;

/// <summary>
/// What <c>gradcam evaluate</c> takes of photos, once it has begun, beside what cannot be less: decoding them and a forward pass each, one photo a core at a
/// time. <c>-- evaluate [--photos N]</c>. Processor time is that of all threads, which other programs on the machine disturb less.
/// </summary>
internal static class EvaluationCost
{
    private const int Width = 500;
    private const int Height = 375;
    private const string Methods = "gradcam,hirescam,gradcam++,xgradcam,layercam,elementwise";

    public static int Run(string[] arguments)
    {
        int photos = BenchmarkArguments.Number(arguments, "--photos", otherwise: 200);
        using var folder = new TemporaryFolder();
        string weights = Path.Combine(folder.Path, "resnet18.safetensors");
        RandomSafetensors.Write(ResNet18WithSuffix.Info, weights);
        string[] paths = Write(Path.Combine(folder.Path, "photos"), photos);
        Console.WriteLine($"{photos} JPEG photos of {Width}x{Height}, {Environment.ProcessorCount} cores; six methods, energy and pointing game");
        using var network = ResNet18WithSuffix.Load(weights, new CpuOptions { Threads = 1 });
        Compare("resnet18", network, paths, folder.Path);
        return 0;
    }

    private static void Compare(string name, ILoadedNetwork network, string[] paths, string folder)
    {
        Photo[] decoded = [.. paths.Take(16).Select(path => Photo.Decode(path))];
        (double Wall, double Processor) forwards = Time(() => OnAllCores(network, paths, (session, _, i) => session.Forward(decoded[i % decoded.Length])));
        (double Wall, double Processor) decoding = Time(() => OnAllCores(network, paths, (_, reader, i) => reader.Decode(paths[i])));
        (double Wall, double Processor) both = Time(() => OnAllCores(network, paths, (session, reader, i) => session.Forward(reader.Decode(paths[i]))));
        IExplanationMethod[] methods = [.. Methods.Split(',').Select(ExplanationMethods.Parse)];
        LabelledPhoto[] labelled = [.. paths.Select((path, i) => new LabelledPhoto(Path.GetFileName(path), path, null, [Box(i)]))];
        (double Wall, double Processor) evaluation = Time(() =>
        {
            using Journal journal = Journal.Open(Path.Combine(folder, "journal"), name, restart: true);
            var run = new EvaluationRun(
                network, session => new MapMeasurer(session, ["layer4"], methods, [Metric.Pointing, Metric.Energy], CancellationToken.None));
            run.Run(labelled, journal.Add, CancellationToken.None);
        });
        Console.WriteLine($"{name,-34} {"wall ms",10} {"processor ms",13}");
        Line("forward passes alone", forwards);
        Line("decoding alone", decoding);
        Line("decoding and forward passes", both);
        Line("gradcam evaluate", evaluation);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"evaluate in decoding and forward passes: {evaluation.Wall / both.Wall:f3} (processor {evaluation.Processor / both.Processor:f3}), " +
            $"in forward passes alone {evaluation.Wall / forwards.Wall:f3} ({evaluation.Processor / forwards.Processor:f3})"));

        static void Line(string what, (double Wall, double Processor) time) =>
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what,-32} {time.Wall,10:f0} {time.Processor,13:f0}"));
    }

    private static void OnAllCores(ILoadedNetwork network, string[] paths, Action<NetworkSession, PhotoReader, int> work)
    {
        int next = -1;
        Task[] workers = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Factory.StartNew(
            () =>
            {
                using NetworkSession session = network.CreateSession();
                var reader = new PhotoReader(session.Info) { ReducesJpeg = false };
                while (Interlocked.Increment(ref next) is int i && i < paths.Length)
                    work(session, reader, i);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        Task.WaitAll(workers);
    }

    private static (double Wall, double Processor) Time(Action action)
    {
        action();
        using var process = Process.GetCurrentProcess();
        process.Refresh();
        TimeSpan before = process.TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        action();
        double wall = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        process.Refresh();
        return (wall, (process.TotalProcessorTime - before).TotalMilliseconds);
    }

    private static PhotoBox Box(int photo) => new() { Left = 7 * photo % 250, Top = 5 * photo % 200, Width = 200, Height = 150 };

    /// <summary>Photos of discs.</summary>
    private static string[] Write(string folder, int count)
    {
        Directory.CreateDirectory(folder);
        string[] paths = [.. Enumerable.Range(0, count).Select(i => Path.Combine(folder, $"{i:d4}.jpg"))];
        for (int i = 0; i < count; i++)
        {
            var random = new Random(i);
            using var bitmap = new SKBitmap(Width, Height);
            using (var canvas = new SKCanvas(bitmap))
            {
                canvas.Clear(new SKColor((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)));
                using var paint = new SKPaint { IsAntialias = true };
                for (int disc = 0; disc < 60; disc++)
                {
                    paint.Color = new SKColor((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256), 160);
                    canvas.DrawCircle(random.Next(Width), random.Next(Height), random.Next(5, 90), paint);
                }
            }

            using SKData data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
            using FileStream stream = File.Create(paths[i]);
            data.SaveTo(stream);
        }

        return paths;
    }
}
