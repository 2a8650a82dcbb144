using GradCam.Conformance;
using GradCam.Conformance.Networks;
using NetworkSpec = GradCam.Conformance.Networks.RandomSpec;

namespace GradCam.Onnx.Tests;

/// <summary>That the language and the export have all of the contract: networks of random specs call every member, and each is written as ONNX.</summary>
public sealed class ContractTests
{
    private const int Seeds = 40;

    /// <summary>What the random specs, on small maps and of few layers, do not lead to. Each is explained at its layer "last".</summary>
    private static readonly string[] More =
    [
        // Chains, one with a pool: of maps of 1 MiB and more.
        "input 3x128x128\ntwice: conv 32 1x1\na: conv 32 1x1\nb: conv 32 1x1\nadd twice\nlast: conv 4 1x1\navgpool global\nfc: linear 3",
        "input 3x151x151\na: conv 64 3x3 stride 2\nleakyrelu\npool: maxpool 3x3 stride 2 pad 1 ceil\nlast: conv 8 1x1\navgpool global\nfc: linear 3",
        // A residual that is added in a convolution.
        "input 3x9x9\nlast: conv 4 3x3 pad 1\nb: conv 4 3x3 pad 1\nadd last\nrelu\navgpool global\nout: linear 3",
        // Sums over pixels in front of a matrix, the gradient of one channel, and that of a logit.
        "input 3x9x9\na: conv 4 3x3\nlast: relu\nmaxpool 2x2\nflatten\nhidden: linear 6\nrelu\nout: linear 4",
        "input 3x9x9\na: conv 4 3x3\nlast: relu\nout: conv 5 1x1\navgpool global",
        "input 3x9x9\nlast: conv 4 3x3\nmaxpool 2x2\nflatten\nout: linear 4\ntanh",
    ];

    [Fact]
    public void Every_member_is_called_by_a_network_that_exports()
    {
        var called = new HashSet<string> { "Write(ReadOnlySpan`1, TensorLayout, Tensor)", "Read(Tensor, Span`1)" };
        (string Text, IReadOnlyList<string> Layers)[] specs =
        [
            .. More.Select(text => (text, (IReadOnlyList<string>)["last"])),
            .. Enumerable.Range(0, Seeds).Select(NetworkSpec.Create).Select(spec => (spec.Text, spec.Layers)),
        ];
        foreach (Type network in CompiledNetworks.Compile(specs))
            new NetworkClass(network).RunAll(RecordingBackend.Create(called));
        Assert.Empty(RecordingBackend.Members.Except(called));
        foreach ((string text, _) in specs)
            Assert.NotEmpty(DifferentialTests.Export(DifferentialTests.Source(text, 1)));
    }
}
