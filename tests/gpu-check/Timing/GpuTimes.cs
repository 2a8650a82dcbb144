using System.Diagnostics;

namespace GradCam.GpuCheck.Timing;

/// <summary>
/// Times Grad-CAM at a network's last layer on a device, from a photo's pixels in the host's memory to heatmaps there, resized to 224x224: what
/// torch_gradcam.py times too.
/// </summary>
internal static class GpuTimes
{
    private const int PhotoWidth = 500;
    private const int PhotoHeight = 375;
    private const int HeatmapSize = 224;

    /// <summary>A line of times.</summary>
    /// <param name="network">The network.</param>
    /// <param name="options">How it is loaded.</param>
    /// <param name="batch">Photos that run together.</param>
    /// <param name="seconds">How long is measured; 0 for one run that is not warm.</param>
    public static (string Line, double Median) Measure(TimedNetwork network, GpuOptions options, int batch, double seconds)
    {
        long start = Stopwatch.GetTimestamp();
        using Model model = network.Prepare(new NormalWeights(network.Info), options);
        double load = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        using var session = new NetworkSession(model.CreateExecutor(batch));
        var random = new Random(1);
        var photos = new byte[batch][];
        for (int i = 0; i < batch; i++)
            random.NextBytes(photos[i] = new byte[PhotoWidth * PhotoHeight * 3]);
        var classes = new int[batch];
        var map = new float[HeatmapSize * HeatmapSize];

        start = Stopwatch.GetTimestamp();
        Explain();
        double first = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        var times = new List<double>();
        // Warm: clocks are up, graphs are recorded.
        int least = seconds > 0 ? 3 : 1;
        for (int i = 1; i < least; i++)
            Explain();
        long began = Stopwatch.GetTimestamp();
        while (times.Count < least || Stopwatch.GetElapsedTime(began).TotalSeconds < seconds)
        {
            start = Stopwatch.GetTimestamp();
            Explain();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        times.Sort();
        double median = times[times.Count / 2];
        return (
            FormattableString.Invariant(
                $"{network.Name} batch={batch} {options.Precision}{(options.UseGraphs ? " graphs" : "")}{(options.UseWinograd ? "" : " direct")} ")
            + FormattableString.Invariant($"gradcam={median:f3} ms best={times[0]:f3} ms ")
            + FormattableString.Invariant($"photos/s={batch * 1000 / median:f0} load={load:f0} ms first={first:f0} ms runs={times.Count}"),
            median);

        void Explain()
        {
            for (int i = 0; i < batch; i++)
                session.SetInput(new ImageView(photos[i], PhotoWidth, PhotoHeight, PixelFormat.Rgb24), sample: i);
            session.Forward();
            for (int i = 0; i < batch; i++)
            {
                session.Sample = i;
                classes[i] = session.GetBestIndex();
            }

            HeatmapSet maps = session.ExplainSamples(classes);
            foreach (Heatmap heatmap in maps)
                heatmap.ResizeTo(map, HeatmapSize, HeatmapSize);
        }
    }
}
