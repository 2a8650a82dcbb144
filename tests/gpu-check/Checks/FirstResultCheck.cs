using System.Diagnostics;
using GradCam.Gpu.Devices;
using GradCam.GpuCheck.Timing;

namespace GradCam.GpuCheck.Checks;

/// <summary>
/// The time to the first result: what a process waits for from loading a network to a photo's first heatmap, with the device open. It runs before all other
/// checks, so that no kernel is there yet. In a second run the driver finds the machine code that it has kept.
/// </summary>
internal static class FirstResultCheck
{
    public static void Run(CheckArguments arguments, Report report)
    {
        TimedNetwork network = arguments.IsSmall ? TimedNetwork.Tiny : TimedNetwork.All.Single(one => one.Name == "resnet18");
        KernelLoader loader = GpuDevice.Open(arguments.Options).Loader;
        report.Expect(loader.Count == 0, $"no kernel is loaded before it is needed: {loader.Count}");

        long start = Stopwatch.GetTimestamp();
        using Model model = network.Prepare(new NormalWeights(network.Info), arguments.Options);
        double load = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        using var session = new NetworkSession(model.CreateExecutor(1));
        var photo = new ImageView(new byte[500 * 375 * 3], 500, 375, PixelFormat.Rgb24);
        _ = session.Explain(photo, 0).Raw.Length;
        double first = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        loader.Ahead.Wait();
        report.Note($"time to the first result of {network.Name}: {first:f0} ms, of which loading {load:f0} ms");
        int count = loader.Count;
        report.Note(GpuKernelReport.ForOpenDevices().Single().ToString());
        start = Stopwatch.GetTimestamp();
        _ = session.Explain(photo, 1).Raw.Length;
        double second = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        report.Expect(loader.Count == count, $"the next one takes no other kernels, and {second:f1} ms");
    }
}
