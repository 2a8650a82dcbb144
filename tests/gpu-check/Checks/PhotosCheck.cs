using System.Diagnostics;
using GradCam.Gpu.Devices;
using GradCam.GpuCheck.Timing;

namespace GradCam.GpuCheck.Checks;

/// <summary>
/// Many photos of several sizes, one after the other: nothing grows, on the host or on the device, and a photo's heatmap is the same bits every time.
/// </summary>
internal static class PhotosCheck
{
    private const double MostGrowth = 8;

    private static readonly (int Width, int Height)[] Sizes = [(500, 375), (640, 480), (375, 500), (224, 224), (1280, 720)];

    public static void Run(CheckArguments arguments, Report report)
    {
        int photos = arguments.IsSmall ? 100 : 20_000;
        TimedNetwork network = arguments.IsSmall ? TimedNetwork.Tiny : TimedNetwork.All.Single(one => one.Name == "resnet18");
        GpuDevice device = GpuDevice.Open(arguments.Options);
        using Model model = network.Prepare(new NormalWeights(network.Info), arguments.Options with { UseGraphs = true });
        using var session = new NetworkSession(model.CreateExecutor());
        var random = new Random(3);
        byte[][] pixels = [.. Sizes.Select(size => new byte[size.Width * size.Height * 3])];
        foreach (byte[] photo in pixels)
            random.NextBytes(photo);
        var first = new float[Sizes.Length][];
        int differ = 0;
        int done = 0;
        // Every size has been met, and graphs are recorded.
        int warm = photos / 100 * 10;
        (double Managed, double Host, double Device) before = default;
        long start = Stopwatch.GetTimestamp();
        for (; done < photos && !(report.IsOver && done > warm); done++)
        {
            if (done == warm)
                before = Measure(device);
            int which = done % Sizes.Length;
            Heatmap heatmap = session.Explain(
                new ImageView(pixels[which], Sizes[which].Width, Sizes[which].Height, PixelFormat.Rgb24), which);
            if (first[which] is null)
                first[which] = heatmap.Raw.ToArray();
            else if (!heatmap.Raw.SequenceEqual(first[which]))
                differ++;
        }

        (double Managed, double Host, double Device) after = Measure(device);
        double perSecond = done / Stopwatch.GetElapsedTime(start).TotalSeconds;
        report.Expect(differ == 0, $"{done} photos, {perSecond:f0} a second: {differ} heatmaps differ from the same photo's first");
        report.Expect(
            after.Managed - before.Managed <= MostGrowth && (arguments.IsSmall || after.Host - before.Host <= 4 * MostGrowth)
                && after.Device - before.Device <= MostGrowth,
            $"growth in MiB: {after.Managed - before.Managed:f1} managed, {after.Host - before.Host:f1} process, {after.Device - before.Device:f1} device");
        if (done < photos)
            report.LeaveOut($"{photos - done} photos");
    }

    private static (double Managed, double Host, double Device) Measure(GpuDevice device)
    {
        const double MiB = 1024 * 1024;
        return (GC.GetTotalMemory(forceFullCollection: true) / MiB, Environment.WorkingSet / MiB, TakenMemory.On(device));
    }
}
