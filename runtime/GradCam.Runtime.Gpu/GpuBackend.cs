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
    /// <summary>
    /// Stands for a class that is in the device's memory (<see cref="GpuWorkspace.Classes"/>), so that a launch serves samples of different classes, and a
    /// recorded one all classes. Where a schedule reads one channel of a map, the class's, this leads beyond all workspaces: <see
    /// cref="ClassOnHostException"/>.
    /// </summary>
    public const int ClassOnDevice = ClassArgs.OnDevice;

    /// <summary>A seed that is NaN is in the device's memory, with the class.</summary>
    public const float SeedOnDevice = float.NaN;

    private KernelSet Kernels => workspace.Kernels;

    private AcceleratorStream Stream => workspace.Stream;

    private ArrayView<float> Arena => workspace.Arena;

    private SampleArgs Samples => workspace.Samples;

    /// <summary>A launch of one thread for each element of a map, in all samples.</summary>
    private KernelConfig Each(in Tensor map) => workspace.Device.Spread((long)map.Length * Samples.Count);

    private static bool IsPixel(in Tensor map) => map.Pixels == 1;

    /// <summary>Whether a tensor's pixels begin at multiples of four floats.</summary>
    private static bool IsAligned(in Tensor map) => (map.Offset | map.RowStride | map.PixelStride) % 4 == 0;
}
