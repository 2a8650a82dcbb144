using GradCam.Conformance.Networks;
using GradCam.Weights;

namespace GradCam.Runtime.Tests.Explain.Inputs;

/// <summary>
/// Small networks that are explained at their input, compiled once for all tests, and each as a <see cref="TapeNetwork"/> in double precision.
/// </summary>
internal sealed class InputNetworks
{
    /// <summary>Net O of Captum's tests: a convolution without learning, and a score that is 54 for 0 to 15.</summary>
    private const string NetO = """
        input 1x4x4
        image none
        conv1: conv 2 3x3
        relu
        flatten
        fc: linear 1
        relu
        """;

    /// <summary>Relus behind everything that makes gates: a residual, a relu that shares its input, overlapping and global pools, relu6, a product.</summary>
    private const string Rectified = """
        input 3x8x8
        image rgb squash mean 0.5 0.4 0.3 std 0.2 0.25 0.3
        c1: conv 6 3x3 pad 1
        a1: relu
        maxpool 3x3 stride 2 pad 1
        c2: conv 6 3x3 pad 1
        before: identity
        a2: relu
        c3: conv 6 3x3 pad 1
        sum: add before
        relu6
        c4: conv 6 1x1
        mul (-> avgpool global -> c5: conv 6 1x1 -> relu)
        maxpool adaptive 2x2
        flatten
        fc: linear 4
        """;

    /// <summary>No kinks: what differences and quadratures are exact for.</summary>
    private const string Smooth = """
        input 2x6x6
        image none
        c1: conv 5 3x3 pad 1
        tanh
        c2: conv 4 3x3 stride 2 pad 1
        silu
        avgpool global
        h: linear 5
        sigmoid
        fc: linear 3
        """;

    private static readonly Lazy<InputNetworks> Made = new(() => new InputNetworks());

    private readonly Dictionary<string, NetworkClass> _classes = [];

    private InputNetworks()
    {
        (string Name, string Spec, string[] Layers)[] networks =
        [
            ("NetO", NetO, ["input"]), ("Rectified", Rectified, ["c4", "input"]), ("Smooth", Smooth, ["input"]), ("WithoutInput", Smooth, ["c1"]),
            ("Prelu", Smooth.Replace("tanh", "p: prelu", StringComparison.Ordinal).Replace("silu", "hardswish", StringComparison.Ordinal), ["input"]),
            ("Linear", "input 2x4x4; image none; flatten; fc: linear 3", ["input"]),
        ];
        IReadOnlyList<Type> types = CompiledNetworks.Compile(
            [.. networks.Select(n => (n.Spec.Replace("; ", "\n", StringComparison.Ordinal), (IReadOnlyList<string>)n.Layers))]);
        for (int i = 0; i < networks.Length; i++)
            _classes[networks[i].Name] = new NetworkClass(types[i]);
    }

    /// <summary>A network by its name.</summary>
    public static NetworkClass Of(string name) => Made.Value._classes[name];

    /// <summary>A session on the CPU.</summary>
    public static NetworkSession Session(string name, int threads = 1) =>
        new(Of(name).Prepare(new CpuOptions().Backend, Weights(name), new CpuOptions { Threads = threads }).CreateExecutor());

    /// <summary>A session on any backend.</summary>
    public static NetworkSession Session(string name, BackendProvider backend) =>
        new(Of(name).Prepare(backend, Weights(name), new CpuOptions()).CreateExecutor());

    /// <summary>Its weights.</summary>
    public static WeightSource Weights(string name) => name == "NetO"
        ? new WeightDictionary()
            .Add("conv1.weight", [2, 1, 3, 3], [.. Enumerable.Repeat(1f, 18)]).Add("conv1.bias", [2], [-50, -75])
            .Add("fc.weight", [1, 8], [1, 1, 1, 1, 1, -1, -1, -1]).Add("fc.bias", [1], [0])
        : RandomNetwork.Weights(Of(name));

    /// <summary>A weight tensor in double precision.</summary>
    public static double[] Weight(string name, string key)
    {
        using WeightSource weights = Weights(name);
        weights.TryGetShape(key, out ReadOnlySpan<int> shape);
        int length = 1;
        foreach (int size in shape)
            length *= size;
        float[] values = new float[length];
        weights.Read(key, values);
        return Array.ConvertAll(values, value => (double)value);
    }

    /// <summary>A random input, channels first.</summary>
    public static float[] Input(string name, int seed = 1) => Of(name).Input(seed);
}
