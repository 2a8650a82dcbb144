using GradCam.Gpu.Devices;

namespace GradCam.GpuCheck.Ptx;

/// <summary>A device of the simulator's memory, on which the assembly for an H100 runs (<see cref="PtxMachine"/>).</summary>
internal static class PtxDevice
{
    /// <summary>Draws the order of threads.</summary>
    private const int Seed = 8000;

    /// <summary>The kernels of all these devices.</summary>
    public static PtxLoader Loader { get; } = new(Seed);

    /// <summary>Options for the device. The simulator's own code is not used: of several simulated devices it is the last.</summary>
    public static GpuOptions Options { get; } = Open();

    private static GpuOptions Open()
    {
        var options = new GpuOptions { Kind = GpuKind.Simulator, Simulated = (32, 8, true), SimulatedDevices = 2, Device = 1, LoadsKernelsAhead = false };
        GpuDevice device = GpuDevice.Open(options);
        device.Kernels = new KernelSet(Loader, hasShuffles: true);
        device.HasTensorCores = true;
        return options;
    }
}
