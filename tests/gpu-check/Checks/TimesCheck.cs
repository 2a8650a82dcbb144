using GradCam.Gpu.Devices;
using GradCam.GpuCheck.Timing;

namespace GradCam.GpuCheck.Checks;

/// <summary>Times of Grad-CAM at the last layer, against the project's aims for an H100.</summary>
internal static class TimesCheck
{
    /// <summary>Milliseconds at most, on an H100.</summary>
    private static readonly Dictionary<(string Network, int Batch, GpuPrecision Precision), double> Aims = new()
    {
        [("resnet50", 1, GpuPrecision.Full)] = 2.0,
        [("resnet18", 1, GpuPrecision.Full)] = 1.0,
        [("resnet50", 64, GpuPrecision.Full)] = 30,
        [("resnet50", 64, GpuPrecision.TensorFloat32)] = 12,
        [("vgg16", 64, GpuPrecision.Full)] = 60,
        [("mobilenet_v2", 64, GpuPrecision.Full)] = 12,
    };

    /// <summary>Networks with dense 3x3 convolutions, which are timed without Winograd's algorithm as well.</summary>
    private static readonly string[] Dense = ["vgg16", "resnet18", "resnet50"];

    public static void Run(CheckArguments arguments, Report report)
    {
        if (arguments.IsSmall)
        {
            (string line, _) = GpuTimes.Measure(TimedNetwork.Tiny, arguments.Options with { UseGraphs = true }, batch: 3, seconds: 0.5);
            report.Note(line);
            return;
        }

        GpuDevice device = GpuDevice.Open(arguments.Options);
        GpuPrecision[] precisions = device.HasTensorCores ? Enum.GetValues<GpuPrecision>() : [GpuPrecision.Full];
        foreach (int batch in new[] { 1, 64, 8 })
        {
            foreach (TimedNetwork network in TimedNetwork.All)
            {
                foreach (GpuPrecision precision in precisions)
                {
                    bool[] graphs = batch == 1 ? [false, true] : [false];
                    foreach (bool useGraphs in graphs)
                        Run(network, arguments.Options with { Precision = precision, UseGraphs = useGraphs }, batch, device, report);
                    // What Winograd's algorithm is worth, side by side: with graphs where launches would hide it.
                    if (precision == GpuPrecision.Full && batch != 8 && Dense.Contains(network.Name))
                        Run(network, arguments.Options with { UseWinograd = false, UseGraphs = batch == 1 }, batch, device, report);
                }
            }
        }
    }

    private static void Run(TimedNetwork network, GpuOptions options, int batch, GpuDevice device, Report report)
    {
        if (report.IsOver)
        {
            report.LeaveOut($"{network.Name} batch={batch} {options.Precision}");
            return;
        }

        (string line, double median) = GpuTimes.Measure(network, options, batch, seconds: 0.5);
        bool isAimed = Aims.TryGetValue((network.Name, batch, options.Precision), out double aim) && options.UseWinograd
            && device.Accelerator.Name.Contains("H100", StringComparison.Ordinal);
        if (isAimed)
            report.Expect(median <= aim, $"{line} of {aim} ms");
        else
            report.Note(line);
    }
}
