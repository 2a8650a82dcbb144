using GradCam.Conformance;

namespace GradCam.Gpu.Tests;

/// <summary>The GPU backend on ILGPU's CPU accelerator, with a warp of two lanes: the same kernels as on a GPU.</summary>
public sealed class GpuConformanceTests : BackendConformanceTests
{
    protected override BackendProvider Backend => Options.Backend;

    protected override NetworkOptions Options => new GpuOptions { Kind = GpuKind.Simulator };

    protected override IReadOnlyList<NetworkOptions> SameBits => [new GpuOptions { Kind = GpuKind.Simulator }];

    // Sixty pass as well, in minutes: a launch takes a tenth of a millisecond here.
    protected override int Cases => 6;
}
