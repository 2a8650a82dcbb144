using GradCam.Gpu.Devices;

namespace GradCam.GpuCheck.Ptx;

/// <summary>A device of the simulator's memory, on which the assembly for an H100 runs (<see cref="PtxMachine"/>).</summary>
internal static class PtxDevice
{
    /// <summary>Draws the order of threads.</summary>
    private const int Seed = 8000;

    /// <summary>Devices of software, of which the simulator's own is the first.</summary>
    private const int Devices = 8;

    /// <summary>The number of the device whose launches are counted (<see cref="Counts.LaunchCounter"/>).</summary>
    public const int Counted = Devices - 1;

    private static int _launches;

    /// <summary>The kernels of all these devices.</summary>
    public static PtxLoader Loader { get; } = new(launch => PtxMachine.Run(launch, unchecked(Seed * 31 + Interlocked.Increment(ref _launches))));

    /// <summary>Options for the device.</summary>
    public static GpuOptions Options { get; } = Open(1, Loader, processors: null);

    /// <summary>Opens a device of software.</summary>
    /// <param name="index">Its number among them, from 1.</param>
    /// <param name="loader">What runs its kernels.</param>
    /// <param name="processors">Processors that it pretends to have; null for the simulator's few.</param>
    public static GpuOptions Open(int index, PtxLoader loader, int? processors)
    {
        var options = new GpuOptions
        {
            Kind = GpuKind.Simulator,
            Simulated = (32, 8, true),
            SimulatedDevices = Devices,
            Device = index,
            LoadsKernelsAhead = false,
        };
        GpuDevice device = GpuDevice.Open(options);
        device.Kernels = new KernelSet(loader, hasShuffles: true);
        device.HasTensorCores = true;
        device.Processors = processors ?? device.Processors;
        return options;
    }
}
