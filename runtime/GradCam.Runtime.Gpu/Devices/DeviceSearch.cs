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

        return Search(options, Cure, (context, devices) =>
        {
            if (options.Device < devices.Length)
                return devices[options.Device].CreateAccelerator(context);

            throw new GpuException(
                $"GpuOptions.Device is {options.Device}, but there are {devices.Length}: "
                + string.Join(", ", devices.Select((device, i) => $"{i} {device.Name}")) + ".");
        });
    }

    /// <summary>How many devices of their kind there are; of any kind those of CUDA, else of OpenCL, since NVIDIA's may be listed by both drivers.</summary>
    /// <exception cref="GpuException">There is none.</exception>
    public static int Count(GpuOptions options) => Search(options, "", (context, devices) =>
    {
        bool isCuda = devices[0] is CudaDevice;
        context.Dispose();
        return devices.Count(device => device is CudaDevice == isCuda);
    });

    /// <summary>How kernels are compiled: everything in one function, since a GPU's calls take memory for what its registers hold.</summary>
    public static Context.Builder Configure(Context.Builder builder) =>
        builder.Optimize(OptimizationLevel.O1).Inlining(InliningMode.Aggressive).Math(MathMode.Default);

    /// <summary>Finds the devices of a kind, at least one, for somebody who takes the context over.</summary>
    private static T Search<T>(GpuOptions options, string cure, Func<Context, Device[], T> take)
    {
        Context? context = null;
        try
        {
            context = Context.Create(builder => AddDevices(Configure(builder), options));
            Device[] devices = [.. context.Devices.Where(device => IsOf(options.Kind, device)).OrderBy(Rank)];
            return devices.Length > 0 ? take(context, devices) : throw new GpuException(Missing(options.Kind) + cure);
        }
        catch (Exception exception)
        {
            context?.Dispose();
            if (exception is GpuException)
                throw;

            throw new GpuException($"The {options.Kind} device {options.Device} cannot be opened: {exception.Message}", exception);
        }
    }

    private static void AddDevices(Context.Builder builder, GpuOptions options)
    {
        switch (options.Kind)
        {
            case GpuKind.Simulator:
                // Of equal ones there would be one.
                for (int i = 0; i < options.SimulatedDevices; i++)
                    builder.CPU(new CPUDevice(options.Simulated.Lanes, options.Simulated.Warps, i + 1));
                break;
            case GpuKind.Cuda:
                builder.Cuda();
                break;
            case GpuKind.OpenCL:
                builder.OpenCL();
                break;
            case GpuKind.Any:
                builder.Cuda().OpenCL();
                break;
            default:
                throw new GpuException($"GpuOptions.Kind is {options.Kind}: expected Any, Cuda, OpenCL or Simulator.");
        }
    }

    private static bool IsOf(GpuKind kind, Device device) => device switch
    {
        CPUDevice => kind == GpuKind.Simulator,
        CudaDevice => kind is GpuKind.Cuda or GpuKind.Any,
        CLDevice => kind == GpuKind.OpenCL || (kind == GpuKind.Any && IsGpu(device)),
        _ => false,
    };

    /// <summary>A CUDA device of the machine may be listed by both drivers, so CUDA's come first; OpenCL drivers of other devices, such as the processor, come last.</summary>
    private static int Rank(Device device) => device is CudaDevice ? 0 : IsGpu(device) ? 1 : 2;

    private static bool IsGpu(Device device) => device is CLDevice openCl && openCl.DeviceType.HasFlag(CLDeviceType.CL_DEVICE_TYPE_GPU);

    private static string Missing(GpuKind kind) => kind switch
    {
        GpuKind.Cuda => "There is no CUDA device that ILGPU can use: " + CudaState(),
        GpuKind.OpenCL => "There is no OpenCL device that ILGPU can use: no driver, or none with OpenCL 2.0 and the generic address space.",
        _ => "There is no GPU that ILGPU can use: " + CudaState() + " No OpenCL driver has a GPU with OpenCL 2.0 and the generic address space.",
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
