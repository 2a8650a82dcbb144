using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace GradCam.Gpu.Devices;

/// <summary>Finds the device that options ask for, and says what is missing where there is none.</summary>
internal static class DeviceSearch
{
    /// <summary>Opens a device.</summary>
    /// <exception cref="GpuException">There is none.</exception>
    public static Accelerator Create(GpuOptions options)
    {
        if (options.Device < 0)
            throw new GpuException($"GpuOptions.Device is {options.Device}: expected 0 for the first device.");

        return options.Kind switch
        {
            GpuKind.Simulator => Open(
                options, builder => builder.CPU(new CPUDevice(options.Simulated.Lanes, options.Simulated.Warps, 1)), device => device is CPUDevice),
            GpuKind.Cuda => Open(options, builder => builder.Cuda(), device => device is CudaDevice),
            GpuKind.OpenCL => Open(options, builder => builder.OpenCL(), device => device is CLDevice { DeviceType: CLDeviceType.CL_DEVICE_TYPE_GPU }),
            GpuKind.Any => Open(
                options, builder => builder.Cuda().OpenCL(),
                device => device is CudaDevice or CLDevice { DeviceType: CLDeviceType.CL_DEVICE_TYPE_GPU }),
            _ => throw new GpuException($"GpuOptions.Kind is {options.Kind}: expected Any, Cuda, OpenCL or Simulator."),
        };
    }

    /// <summary>How kernels are compiled: everything in one function, since a GPU's calls take memory for what its registers hold.</summary>
    public static Context.Builder Configure(Context.Builder builder) =>
        builder.Optimize(OptimizationLevel.O1).Inlining(InliningMode.Aggressive).Math(MathMode.Default);

    private static Accelerator Open(GpuOptions options, Action<Context.Builder> addDevices, Func<Device, bool> isWanted)
    {
        Context? context = null;
        try
        {
            context = Context.Create(builder => addDevices(Configure(builder)));
            // A CUDA device of the machine may be listed once by each driver; CUDA's first.
            Device[] devices = [.. context.Devices.Where(isWanted).OrderBy(device => device is CudaDevice ? 0 : 1)];
            if (options.Device < devices.Length)
                return devices[options.Device].CreateAccelerator(context);

            string found = devices.Length == 0 ? Missing(options.Kind) : $"GpuOptions.Device is {options.Device}, but there are {devices.Length}: "
                + string.Join(", ", devices.Select((device, i) => $"{i} {device.Name}")) + ".";
            throw new GpuException(found);
        }
        catch (Exception exception)
        {
            context?.Dispose();
            if (exception is GpuException)
                throw;

            throw new GpuException($"The {options.Kind} device {options.Device} cannot be opened: {exception.Message}", exception);
        }
    }

    private static string Missing(GpuKind kind) => kind switch
    {
        GpuKind.Cuda => "There is no CUDA device that ILGPU can use: " + CudaState() + Cure,
        GpuKind.OpenCL => "There is no OpenCL GPU that ILGPU can use: no driver, or none with OpenCL 2.0 and the generic address space." + Cure,
        _ => "There is no GPU that ILGPU can use: " + CudaState() + " No OpenCL driver has a GPU with OpenCL 2.0 and the generic address space." + Cure,
    };

    private const string Cure = " GpuOptions { Fallback = GpuFallback.Cpu } runs on the CPU instead.";

    private static string CudaState()
    {
        string library = OperatingSystem.IsWindows() ? "nvcuda" : "libcuda.so.1";
        if (!System.Runtime.InteropServices.NativeLibrary.TryLoad(library, out nint handle))
            return $"NVIDIA's driver ({library}) is not installed.";

        System.Runtime.InteropServices.NativeLibrary.Free(handle);
        return "NVIDIA's driver is installed, but it shows no device of compute capability 5.0 or later (nvidia-smi says what it sees).";
    }
}
