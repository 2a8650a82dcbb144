using System.Diagnostics;
using GradCam.Gpu;
using GradCam.Gpu.Memory;
using GradCam.GpuCheck.Timing;

namespace GradCam.GpuCheck.Checks;

/// <summary>
/// Maps are made on the device: those of one pass beside the same sums in double precision, alone and in a batch the same bits, one copy up and one down; and
/// how long each method and the host's resizing take.
/// </summary>
internal static class MapsCheck
{
    private const int PhotoWidth = 500;
    private const int PhotoHeight = 375;
    private const int HeatmapSize = 224;

    private static readonly CamMethod[] Methods =
    [
        CamMethod.GradCam, CamMethod.GradCamPlusPlus, CamMethod.XGradCam, CamMethod.HiResCam, CamMethod.LayerCam, CamMethod.GradCamElementWise, CamMethod.Fem,
        CamMethod.ActivationMap,
    ];

    public static void Run(CheckArguments arguments, Report report)
    {
        if (arguments.IsSmall)
            Run<TimedTiny>(arguments, report, batch: 3);
        else
            Run<TimedResNet50>(arguments, report, batch: 64);
    }

    private static void Run<TNetwork>(CheckArguments arguments, Report report, int batch)
        where TNetwork : INetwork
    {
        string name = TNetwork.Info.Name;
        using Model model = arguments.Options.Backend.Prepare<TNetwork>(new NormalWeights(TNetwork.Info), arguments.Options);
        var executor = (GpuExecutor<TNetwork>)model.CreateExecutor();
        using var alone = new NetworkSession(executor);
        using var samples = new NetworkSession(model.CreateExecutor(batch));
        byte[][] photos = [.. Enumerable.Range(0, batch).Select(i => Noise(i, PhotoWidth * PhotoHeight * 3))];
        int[] classes = [.. Enumerable.Range(0, batch).Select(i => i % TNetwork.Info.Logits.Channels)];
        for (int i = 0; i < batch; i++)
            samples.SetInput(new ImageView(photos[i], PhotoWidth, PhotoHeight, PixelFormat.Rgb24), sample: i);
        samples.Forward();

        int differ = 0;
        var photo = new ImageView(photos[^1], PhotoWidth, PhotoHeight, PixelFormat.Rgb24);
        foreach (CamMethod method in Methods)
        {
            float[] together = samples.ExplainSamples(classes, method: method)[batch - 1].Values.ToArray();
            if (!alone.Explain(photo, classes[^1], method: method).Values.SequenceEqual(together))
                differ++;
        }

        report.Expect(differ == 0, $"{name}: {differ} of {Methods.Length} methods' maps differ alone and in a batch of {batch}");
        double gradCam = Difference(alone, classes[^1], CamMethod.GradCam);
        double hiRes = Difference(alone, classes[^1], CamMethod.HiResCam);
        report.Expect(
            gradCam <= 1e-5 && hiRes <= 1e-5, $"{name}: Grad-CAM {gradCam:e1} and HiResCAM {hiRes:e1} from the same sums in double precision, of 1e-5");

        Transfers transfers = executor.Transfers;
        (long uploads, long downloads, long bytes) = (transfers.Uploads, transfers.Downloads, transfers.Bytes);
        _ = alone.Explain(photo, 0).Values[0] + alone.Logits[0];
        (uploads, downloads, bytes) = (transfers.Uploads - uploads, transfers.Downloads - downloads, transfers.Bytes - bytes);
        report.Expect((uploads, downloads) == (1, 1), $"{name}: a photo's logits and Grad-CAM take {uploads} copy up and {downloads} down, {bytes} bytes");
        foreach (CamMethod method in Methods)
            report.Note($"{name} batch={batch} {method.Key}, forward pass done: {Median(() => samples.ExplainSamples(classes, method: method)):f3} ms");
        var map = new float[HeatmapSize * HeatmapSize];
        HeatmapSet maps = samples.ExplainSamples(classes);
        double resize = Median(() =>
        {
            foreach (Heatmap heatmap in maps)
                heatmap.ResizeTo(map, HeatmapSize, HeatmapSize);
        });
        report.Note($"{name} batch={batch} resizing to {HeatmapSize}x{HeatmapSize} on the host: {resize:f3} ms");
    }

    /// <summary>The largest difference of a map from its sum in double precision, relative to the sum of magnitudes.</summary>
    private static double Difference(NetworkSession session, int @class, CamMethod method)
    {
        float[] map = session.Explain(@class, method: method).Raw.ToArray();
        FeatureMaps gradients = session.GetGradients(@class);
        FeatureMaps activations = session.GetActivations();
        int channels = activations.Channels;
        var means = new double[channels];
        for (int i = 0; i < gradients.Values.Length; i++)
            means[i % channels] += (double)gradients.Values[i] / map.Length;
        double worst = 0;
        for (int p = 0; p < map.Length; p++)
        {
            double sum = 0;
            double magnitudes = 0;
            for (int c = 0; c < channels; c++)
            {
                double term = activations.Values[p * channels + c] * (method == CamMethod.GradCam ? means[c] : gradients.Values[p * channels + c]);
                sum += term;
                magnitudes += Math.Abs(term);
            }

            worst = Math.Max(worst, Math.Abs(map[p] - sum) / Math.Max(magnitudes, 1e-30));
        }

        return worst;
    }

    private static double Median(Action action)
    {
        var times = new List<double>();
        for (int i = 0; i < 11; i++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        times.Sort();
        return times[times.Count / 2];
    }

    private static byte[] Noise(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
