using GradCam.Conformance;

namespace GradCam.Runtime.Tests.Conformance;

/// <summary>The backend that computes the same bits on every machine, as any other: through its provider alone.</summary>
public sealed class ReproducibleConformanceTests : BackendConformanceTests
{
    protected override BackendProvider Backend => new ReproducibleCpuOptions().Backend;

    protected override NetworkOptions Options => new ReproducibleCpuOptions { Threads = 1 };

    protected override IReadOnlyList<NetworkOptions> SameBits => [new ReproducibleCpuOptions { Threads = 2 }, new ReproducibleCpuOptions { Threads = 3 }];

    // Each kernel has one form, whatever the machine.
    protected override int Cases => 8;
}
