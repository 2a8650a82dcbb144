using GradCam.Conformance.Networks;
using GradCam.Gen.Tests.Harness;

namespace GradCam.Gen.Tests.Networks;

/// <summary>A softmax or sigmoid at a network's end is taken off, wherever it stands between the last layer that computes and the output.</summary>
public sealed class OutputHeadTests
{
    private const string Trunk = "input 1x6x6\nimage none\nconv: conv 4 3x3\nmap: tanh\n";
    private const string Vector = Trunk + "avgpool global\nfc: linear 3\n";

    /// <summary>The end with the head, what is left of it, the head.</summary>
    public static TheoryData<string, string, OutputHead> Ends => new()
    {
        { Vector, Vector, OutputHead.None },
        { Vector + "softmax", Vector, OutputHead.Softmax },
        { Vector + "out: sigmoid", Vector, OutputHead.Sigmoid },
        { Vector + "out: sigmoid\noutput out", Vector, OutputHead.Sigmoid },
        // What only moves values stands behind the head as well.
        { Vector + "softmax\nflatten\nidentity\navgpool global\ndropout 0.5", Vector, OutputHead.Softmax },
        { Vector + "sigmoid\nflatten\nend: identity\ndropout 0.5", Vector, OutputHead.Sigmoid },
        { Trunk + "sigmoid\nflatten", Trunk + "flatten", OutputHead.Sigmoid },
        { Trunk + "sigmoid\nmaxpool global", Trunk + "maxpool global", OutputHead.Sigmoid },
        { Vector + "sigmoid\nslice 1 2", Vector + "slice 1 2", OutputHead.Sigmoid },
        {
            Vector + "sigmoid\nconcat (map -> maxpool global -> b: linear 2 -> sigmoid)",
            Vector + "concat (map -> maxpool global -> b: linear 2)",
            OutputHead.Sigmoid
        },
        // One head at most, and only where all values have it.
        { Vector + "sigmoid\nsoftmax", Vector + "sigmoid\nidentity", OutputHead.Softmax },
        { Vector + "sigmoid\nsigmoid", Vector + "sigmoid\nidentity", OutputHead.Sigmoid },
    };

    /// <summary>Ends that are left as they are.</summary>
    public static TheoryData<string> Others =>
    [
        Vector + "hardsigmoid",
        Vector + "tanh",
        Vector + "sigmoid\nconcat (map -> maxpool global -> b: linear 2)",
        Vector + "sigmoid\nscaled: scale",
        Trunk + "sigmoid\navgpool global",
        Trunk + "softmax\nflatten",
        "input 3x1x1\nimage none\nsigmoid",
    ];

    [Theory]
    [MemberData(nameof(Ends))]
    public void A_head_is_taken_off_and_the_logits_are_left(string spec, string logits, OutputHead head)
    {
        // Something behind each second network, so that nothing is taken off it.
        IReadOnlyList<Type> types = CompiledNetworks.Compile([(spec, ["map"]), (logits + "\noutput same\nsame: clip -1e9 1e9", [])]);
        var network = new NetworkClass(types[0]);
        var bare = new NetworkClass(types[1]);

        Assert.Equal(head, network.Info.Outputs.Single().Head);
        float[] expected = Run(bare)[0], found = Run(network)[0];
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void Another_end_is_left_alone(string spec) =>
        Assert.Equal(OutputHead.None, new NetworkClass(CompiledNetworks.Compile([(spec, [])])[0]).Info.Outputs.Single().Head);

    [Fact]
    public void Every_output_has_its_own_head_and_keeps_its_name()
    {
        var network = new NetworkClass(CompiledNetworks.Compile([(
            "output kind\noutput parts\noutput raw\noutput known\n" + Vector + "kind: softmax\nfrom map\nmaxpool global\nraw: linear 2\nparts: sigmoid\n"
            + "from map\navgpool global\nknown: linear 5", ["map"])])[0]);

        Assert.Equal(["kind", "parts", "raw", "known"], network.Info.Outputs.Select(output => output.Name));
        // The raw logits are those of a sigmoid, as the file says beside them.
        Assert.Equal([OutputHead.Softmax, OutputHead.Sigmoid, OutputHead.Sigmoid, OutputHead.None], network.Info.Outputs.Select(output => output.Head));
        float[][] outputs = Run(network);
        Assert.Equal(outputs[2], outputs[1]);
    }

    [Fact]
    public void A_head_that_a_layer_reads_is_still_computed()
    {
        const string gate = "output p\noutput gated\n" + Vector + "p: sigmoid\ngated: { linear: linear 2 }";
        IReadOnlyList<Type> types = CompiledNetworks.Compile([(gate, []), (gate.Replace("output p\n", "", StringComparison.Ordinal), [])]);
        var both = new NetworkClass(types[0]);

        Assert.Equal([OutputHead.Sigmoid, OutputHead.None], both.Info.Outputs.Select(output => output.Head));
        Assert.Equal(Run(new NetworkClass(types[1]))[0], Run(both)[1]);
    }

    [Fact]
    public void The_class_says_what_was_taken_off()
    {
        string Source(string spec) => GeneratorDriverHarness.Of($"[GradCam.Network(@\"{spec}\")]\npartial class Net;").Run().Source();

        Assert.Contains(
            "The final sigmoid is left to Probabilities: what is explained is its input, the logit.", Source(Vector + "sigmoid"), StringComparison.Ordinal);
        Assert.Contains("Finds the class with the highest logit", Source(Vector + "sigmoid"), StringComparison.Ordinal);
        string one = Source(Trunk + "avgpool global\nage: linear 1");
        Assert.Contains("input: 1x6x6 to 1 logit.".Replace("input", "the spec of Net", StringComparison.Ordinal), one, StringComparison.Ordinal);
        Assert.Contains("Where the logit is a quantity and no class (a regression), read Logits.", one, StringComparison.Ordinal);
        Assert.Contains("The only class. Whether the last forward pass saw it says Probabilities[0], above or below 0.5.", one, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_behind_the_head_explains_nothing() =>
        Assert.Equal(
            ["(8,18)-(8,23) GCG0019: The layer 'out' does not influence the output 'out', so it explains nothing"],
            GeneratorDriverHarness.Of($"[GradCam.Network(@\"{Vector}out: sigmoid\")]\n[GradCam.GradCam(\"out\")]\npartial class Net;").Run().Diagnostics);

    private static float[][] Run(NetworkClass network)
    {
        using GradCam.Contract.Model model = network.Prepare(new CpuOptions().Backend, new RandomWeights(network.Info, 3));
        using Executor executor = model.CreateExecutor();
        executor.Forward(network.Input(seed: 5));
        return [.. network.Info.Outputs.Select(output =>
        {
            var values = new float[output.Tensor.Length];
            executor.Read(output.Tensor, values);
            return values;
        })];
    }
}
