using GradCam.Gpu.Devices;
using GradCam.Gpu.Memory;
using ILGPU.Runtime.Cuda;

namespace GradCam.GpuCheck.Checks;

/// <summary>Memory that is taken on a device.</summary>
internal static class TakenMemory
{
    /// <summary>In MiB: as CUDA's driver counts it, with what it takes for itself. Other drivers cannot be asked: the bytes of all buffers.</summary>
    public static double On(GpuDevice device)
    {
        device.Bind();
        long bytes = device.Accelerator is CudaAccelerator cuda ? cuda.MemorySize - cuda.GetFreeMemory() : DeviceMemory.Held;
        return bytes / (1024.0 * 1024);
    }
}
