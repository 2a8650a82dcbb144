using GradCam.Gpu.Devices;
using GradCam.GpuCheck.Timing;

namespace GradCam.GpuCheck.Checks;

/// <summary>The device's memory that ResNet-50 takes at batch 64, and that all of it is given back.</summary>
internal static class MemoryCheck
{
    private const double MostMebibytes = 1536;

    public static void Run(CheckArguments arguments, Report report)
    {
        TimedNetwork network = arguments.IsSmall ? TimedNetwork.Tiny : TimedNetwork.All.Single(one => one.Name == "resnet50");
        int batch = arguments.IsSmall ? 2 : 64;
        GpuDevice device = GpuDevice.Open(arguments.Options);
        // What the driver keeps for itself, and modules of kernels, come with the first use.
        (_, _) = GpuTimes.Measure(network, arguments.Options, batch: 1, seconds: 0);
        double before = TakenMemory.On(device);
        double taken;
        using (Model model = network.Prepare(new NormalWeights(network.Info), arguments.Options))
        using (var session = new NetworkSession(model.CreateExecutor(batch)))
        {
            var input = new float[network.Info.Input.Length * batch];
            session.Forward(input, TensorLayout.Hwc);
            session.ExplainSamples(new int[batch]);
            taken = TakenMemory.On(device) - before;
        }

        report.Expect(taken <= MostMebibytes, $"{network.Name} at batch {batch}: {taken:f0} MiB on the device, of {MostMebibytes:f0}");
        double kept = TakenMemory.On(device) - before;
        report.Expect(kept <= 16, $"afterwards {kept:f0} MiB are still taken");
    }
}
