using GradCam.Conformance;

namespace GradCam.Runtime.Tests.Conformance;

/// <summary>The CPU backend, as any other: through its provider alone.</summary>
public sealed class CpuConformanceTests : BackendConformanceTests
{
    protected override BackendProvider Backend => new CpuOptions().Backend;

    protected override NetworkOptions Options => new CpuOptions { Threads = 1 };

    protected override IReadOnlyList<NetworkOptions> SameBits => [new CpuOptions { Threads = 2 }, new CpuOptions { Threads = 3 }];

    // Kernels/ has more, which looks inside.
    protected override int Cases => 24;
}
