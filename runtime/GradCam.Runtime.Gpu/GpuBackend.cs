using GradCam.Gpu.Devices;
using GradCam.Gpu.Kernels;
using GradCam.Gpu.Memory;
using GradCam.Gpu.Planning;
using ILGPU;
using ILGPU.Runtime;

namespace GradCam.Gpu;

/// <summary>The GPU backend of one session: each operation is a launch in the session's stream, for all samples of its batch.</summary>
/// <param name="plan">The network.</param>
/// <param name="workspace">The session's memory.</param>
internal readonly partial struct GpuBackend(GpuPlan plan, GpuWorkspace workspace) : IBackend
{
    /// <summary>A class that is less than 0 is in the device's memory (<see cref="GpuWorkspace.Classes"/>): a captured launch serves all classes.</summary>
    public const int ClassOnDevice = -1;

    private KernelSet Kernels => workspace.Device.Kernels;

    private AcceleratorStream Stream => workspace.Stream;

    private ArrayView<float> Arena => workspace.Arena;

    private SampleArgs Samples => workspace.Samples;

    /// <summary>A launch of one thread for each element of a map, in all samples.</summary>
    private KernelConfig Each(in Tensor map) => workspace.Device.Spread((long)map.Length * Samples.Count);

    private static bool IsPixel(in Tensor map) => map.Pixels == 1;

    /// <summary>Whether a tensor's pixels begin at multiples of four floats.</summary>
    private static bool IsAligned(in Tensor map) => (map.Offset | map.RowStride | map.PixelStride) % 4 == 0;
}
