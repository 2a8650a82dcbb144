using GradCam.Conformance;
using GradCam.Conformance.Networks;

namespace GradCam.Onnx.Tests;

/// <summary>That the language and the export have all of the contract: networks of random specs call every member, and each is written as ONNX.</summary>
public sealed class ContractTests
{
    private const int Seeds = 150;

    /// <summary>What the random specs, on small maps and of few layers, do not lead to: each with the spec that does.</summary>
    private static readonly string[] More =
    [
        // A chain, with and without a pool: maps of 1 MiB.
        "input 3x130x130\nstem: conv 32 3x3 pad 1\nrelu\nmaxpool 3x3 stride 2\nexpand: conv 96 1x1\nrelu\ndepth: conv 96 3x3 pad 1 depthwise\nrelu\nproject: conv 8 1x1\nlast: conv 8 3x3\nrelu\navgpool global\nout: linear 3",
        // A classifier that is a convolution, and one in front of whose matrix a map is flattened.
        "input 3x9x9\nlast: conv 4 3x3\nrelu\nout: conv 5 1x1\navgpool global",
        "input 3x9x9\nlast: conv 4 3x3\nrelu\nmaxpool 2x2\nflatten\nhidden: linear 6\nrelu\nout: linear 4",
    ];

    [Fact]
    public void Every_member_is_called_by_a_network_that_exports()
    {
        var called = new HashSet<string> { "Write(ReadOnlySpan`1, TensorLayout, Tensor)", "Read(Tensor, Span`1)" };
        (string Text, IReadOnlyList<string> Layers)[] specs =
        [
            .. More.Select(text => (text, (IReadOnlyList<string>)["last"])),
            .. Enumerable.Range(0, Seeds).Select(RandomSpec.Create).Select(spec => (spec.Text, spec.Layers)),
        ];
        foreach (Type network in CompiledNetworks.Compile(specs))
            new NetworkClass(network).RunAll(RecordingBackend.Create(called));
        Assert.Empty(RecordingBackend.Members.Except(called));
        foreach ((string text, _) in specs)
            Assert.NotEmpty(DifferentialTests.Export(DifferentialTests.Source(text, 1)));
    }
}
