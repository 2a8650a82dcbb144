using GradCam.Conformance.Networks;

namespace GradCam.Runtime.Tests.Explain;

/// <summary>
/// Small networks of odd shapes, compiled once for all tests: maps of one pixel, row and column, of one channel, one class; heads of all kinds; several inputs
/// and outputs; maps as outputs; and random ones.
/// </summary>
internal static class OddNetworks
{
    private const string Photos = "image rgb squash mean 0.5 0.4 0.3 std 0.2 0.25 0.3\n";

    private static readonly (string Name, string Spec, string[] Layers)[] Specs =
    [
        ("one pixel", "input 1x1x1\nimage none\nc: conv 1 1x1\nr: relu\nflatten\nfc: linear 1", ["+r", "input"]),
        ("column", "input 3x5x1\nimage none\nc: conv 4 3x1 pad 1x0\nr: relu\navgpool global\nfc: linear 3", ["+r", "+c", "input"]),
        (
            "row", "input 1x1x7\nimage none\nc: conv 5 1x3\nr: relu\nmaxpool 1x2 stride 1x2\nflatten\nh: linear 6\nrelu\nfc: linear 4\nsoftmax",
            ["+r", "+h", "input"]),
        ("sigmoids", "input 1x6x6\nimage none\nc: conv 3 3x3 pad 1\ns: silu\navgpool global\nfc: linear 5\nsigmoid", ["+s", "input"]),
        ("map", "input 3x6x5\n" + Photos + "c: conv 4 3x3 pad 1\nr: relu\nd: conv 3 1x1", ["+r", "input"]),
        (
            "two inputs",
            "input left 2x6x5\ninput right 1x4x4\nimage none\nfrom right\nr: conv 3 3x3 pad 1\nra: tanh\npooled: avgpool global\n" +
            "from left\nl: conv 3 3x3 pad 1\nla: silu\nboth: mul pooled\nc: conv 4 3x3 pad 1\nlast: relu\navgpool global\nfc: linear 3",
            ["last", "+la", "ra", "left", "right"]),
        (
            "two outputs",
            "input 3x7x4\n" + Photos + "c: conv 4 3x3 pad 1\nr: relu\nea: silu\ne: conv 2 1x1\nfrom r\nd: conv 5 3x3 stride 2 pad 1\nlast: relu\n" +
            "avgpool global\nfc: linear 3\noutput fc\noutput e",
            ["+last", "+r", "ea", "input"]),
        ("binary", "input 2x4x4\nimage none\nc: conv 1 3x3 pad 1\nr: relu\navgpool global\nfc: linear 1\nsigmoid", ["+r", "input"]),
        ("regression", "input 2x3x3\nimage none\nc: conv 6 3x3 bias off\nt: tanh\nflatten\nfc: linear 1", ["+t", "input"]),
        ("relu first", "input 2x4x4\nimage none\nr: relu\nflatten\nfc: linear 2", ["+r"]),
        ("relu6 first", "input 2x4x4\nimage none\nr: relu6\nflatten\nfc: linear 2", ["r", "input"]),
        (
            "gray", "input 1x8x8\nimage gray resize 9 crop 8\nc: conv 3 3x3 stride 2\nr: leakyrelu\nn: layernorm eps 0.01\nm: maxpool global\nfc: linear 2",
            ["r", "+m", "input"]),
        ("pooled", "input 2x9x9\nimage none\nc: conv 3 3x3 stride 2\nr: relu\navgpool global\nfc: linear 3", ["+r", "input"]),
    ];

    private static readonly Lazy<NetworkClass[]> Made = new(() =>
    {
        List<(string, IReadOnlyList<string>)> sources = [.. Specs.Select(network => (network.Spec, (IReadOnlyList<string>)network.Layers))];
        sources.AddRange(Enumerable.Range(400, 8).Select(RandomSpec.Create).Select(spec => (spec.Text, spec.Layers)));
        return [.. CompiledNetworks.Compile(sources).Select(type => new NetworkClass(type))];
    });

    public static IReadOnlyList<NetworkClass> All => Made.Value;

    /// <summary>A network by its name.</summary>
    public static NetworkClass Of(string name) => All[Array.FindIndex(Specs, network => network.Name == name)];

    /// <summary>A network with random weights.</summary>
    public static Model Load(NetworkClass network, int threads = 1, bool isReproducible = false)
    {
        NetworkOptions options = isReproducible ? new ReproducibleCpuOptions { Threads = threads } : new CpuOptions { Threads = threads };
        return network.Prepare(options.Backend, RandomNetwork.Weights(network), options);
    }

    /// <summary>A session after a forward pass of random inputs.</summary>
    public static NetworkSession Forward(string name)
    {
        NetworkClass network = Of(name);
        var session = new NetworkSession(Load(network).CreateExecutor());
        var random = new Random(1);
        for (int i = 0; i < network.Info.Inputs.Count; i++)
        {
            float[] values = [.. Enumerable.Range(0, network.Info.Inputs[i].Tensor.Length).Select(_ => (float)RandomWeights.Normal(random))];
            session.SetInput(values, TensorLayout.Hwc, i);
        }

        session.Forward();
        return session;
    }
}
