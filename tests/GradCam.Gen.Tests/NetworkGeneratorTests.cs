using GradCam.Gen.Tests.Harness;

namespace GradCam.Gen.Tests;

public sealed class NetworkGeneratorTests
{
    [Fact]
    public void A_spec_with_an_error_is_reported_in_its_file()
    {
        GeneratorRun run = GeneratorDriverHarness.Of(
            """
            [GradCam.Network("a.net")]
            partial class Net;
            """,
            ("a.net", "input 1x8x8\nconv1: conv 4 3x3 strid 2\navgpool global\nfc: linear 3\n")).Run();

        Assert.Equal(["a.net(2,19)-(2,24) GCG0005: 'conv' has no argument 'strid'. Did you mean 'stride'?"], run.Diagnostics);
    }
}
