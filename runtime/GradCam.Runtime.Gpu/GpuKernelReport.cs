using System.Globalization;
using GradCam.Gpu.Devices;

namespace GradCam;

/// <summary>The kernels that a device has loaded so far, and what they took: most of the time to a process's first result.</summary>
public sealed class GpuKernelReport
{
    private GpuKernelReport(GpuDevice device)
    {
        KernelLoader loader = device.Loader;
        (Device, Kernels, CompileTime, DriverTime) = (device.Accelerator.Name, loader.Count, loader.CompileTime, loader.DriverTime);
    }

    /// <summary>The device's name, as its driver has it.</summary>
    public string Device { get; }

    /// <summary>How many kernels. Each is loaded once a process, when it is needed or shortly before.</summary>
    public int Kernels { get; }

    /// <summary>
    /// What ILGPU took to compile them to PTX or OpenCL C, in the background as far as nobody waited for it. Devices of a kind share what it makes, so that
    /// this is what the first of them took.
    /// </summary>
    public TimeSpan CompileTime { get; }

    /// <summary>What the driver took to make machine code of that, added up over threads; little where it finds what it kept for an earlier process.</summary>
    public TimeSpan DriverTime { get; }

    /// <summary>A report for each device that this process has opened, in no order.</summary>
    public static IReadOnlyList<GpuKernelReport> ForOpenDevices() => [.. GpuDevice.AllOpen().Select(device => new GpuKernelReport(device))];

    /// <summary>A line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Device}: {Kernels} kernels, compiled in {CompileTime.TotalMilliseconds:f0} ms, and in {DriverTime.TotalMilliseconds:f0} ms by the driver");
}
