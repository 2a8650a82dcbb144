using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using GradCam.Gpu.Devices;

namespace GradCam;

/// <summary>How a network is loaded to run on a GPU.</summary>
/// <remarks>ILGPU compiles kernels at run time, so this works where code may be generated: not under NativeAOT.</remarks>
public sealed record GpuOptions : NetworkOptions
{
    /// <summary>Options for a GPU.</summary>
    [RequiresDynamicCode("GradCam.Runtime.Gpu compiles kernels at run time. An app that is compiled ahead of time runs its networks with CpuOptions.")]
    [RequiresUnreferencedCode("GradCam.Runtime.Gpu compiles kernels from their IL, which trimming removes. A trimmed app runs its networks with CpuOptions.")]
    public GpuOptions()
    {
    }

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override BackendProvider Backend => Gpu.GpuBackendProvider.Instance;

    /// <summary>The kind of device.</summary>
    public GpuKind Kind { get; init; }

    /// <summary>Which of the devices of this kind, from 0.</summary>
    public int Device { get; init; }

    /// <summary>With how many bits convolutions multiply; 32 by default. What is not a convolution always has 32.</summary>
    public GpuPrecision Precision { get; init; }

    /// <summary>
    /// Whether Winograd's minimal filtering may be used for dense 3x3 convolutions (Lavin and Gray 2016), which needs less than half of the multiplications,
    /// where <see cref="Precision"/> is full. Results differ from the direct sums by rounding.
    /// </summary>
    public bool UseWinograd { get; init; } = true;

    /// <summary>What happens where there is no such device.</summary>
    public GpuFallback Fallback { get; init; }

    /// <summary>
    /// Whether each part of the schedule is recorded once as a CUDA graph, whose launches are sent to the device together: at batch 1 they take longer to
    /// send than to run. Where a driver cannot do it they are sent one by one.
    /// </summary>
    public bool UseGraphs { get; init; }

    /// <summary>Options for each device of a kind: a network each, whose sessions share the work.</summary>
    /// <param name="kind">The kind.</param>
    /// <exception cref="GpuException">There is none.</exception>
    [RequiresDynamicCode("GradCam.Runtime.Gpu compiles kernels at run time. An app that is compiled ahead of time runs its networks with CpuOptions.")]
    [RequiresUnreferencedCode("GradCam.Runtime.Gpu compiles kernels from their IL, which trimming removes. A trimmed app runs its networks with CpuOptions.")]
    public static IReadOnlyList<GpuOptions> ForAllDevices(GpuKind kind = GpuKind.Any) => new GpuOptions { Kind = kind }.OfAllDevices();

    /// <summary>These options for each device of their kind.</summary>
    internal IReadOnlyList<GpuOptions> OfAllDevices() => [.. Enumerable.Range(0, DeviceSearch.Count(this)).Select(i => this with { Device = i })];

    /// <summary>Whether kernels that a session will probably need are loaded in the background before it does.</summary>
    internal bool LoadsKernelsAhead { get; init; } = true;

    /// <summary>How many devices are simulated.</summary>
    internal int SimulatedDevices { get; init; } = 1;

    /// <summary>Lanes of a warp, and warps, of the simulated device. More are closer to a GPU and slower.</summary>
    internal (int Lanes, int Warps, bool HasShuffles) Simulated { get; init; } = (2, 1, true);
}
