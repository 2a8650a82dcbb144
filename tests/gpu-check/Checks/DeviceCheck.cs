using System.Diagnostics;
using System.Runtime.InteropServices;
using GradCam.Gpu.Devices;

namespace GradCam.GpuCheck.Checks;

/// <summary>What the checks run on.</summary>
internal static class DeviceCheck
{
    public static void Run(CheckArguments arguments, Report report)
    {
        long start = Stopwatch.GetTimestamp();
        GpuDevice device = GpuDevice.Open(arguments.Options);
        double opened = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        report.Note($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores");
        string memory = DeviceErrors.Mebibytes(device.Accelerator.MemorySize);
        report.Note($"{device.Accelerator}: {device.Accelerator.NumMultiprocessors} processors, {memory}, tensor cores {device.HasTensorCores}");
        report.Note($"opened in {opened:f0} ms");
    }
}
