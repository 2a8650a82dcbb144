using GradCam.Conformance;
using GradCam.Reference;

namespace GradCam.Runtime.Tests.Conformance;

/// <summary>The reference through its provider: what the suite asks of a backend can be met.</summary>
public sealed class ReferenceConformanceTests : BackendConformanceTests
{
    protected override BackendProvider Backend => ReferenceBackendProvider.Instance;

    protected override int Cases => 8;
}
