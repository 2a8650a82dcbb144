using GradCam.Conformance;

namespace GradCam.Runtime.Tests.Conformance;

/// <summary>The CPU backend, as any other: through its provider alone.</summary>
public sealed class CpuConformanceTests : BackendConformanceTests
{
    protected override BackendProvider Backend => BackendProvider.Cpu;

    protected override NetworkOptions Options => new() { Threads = 1 };

    protected override IReadOnlyList<NetworkOptions> SameBits => [new() { Threads = 2 }, new() { Threads = 3 }];

    // Kernels/ has more, which looks inside.
    protected override int Cases => 24;
}
