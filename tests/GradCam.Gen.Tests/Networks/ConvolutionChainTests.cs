using System.Text.RegularExpressions;
using GradCam.Conformance.Networks;
using GradCam.Gen.Tests.Harness;
using GradCam.Reference;

namespace GradCam.Gen.Tests.Networks;

/// <summary>Convolutions with large maps between run as chains, and compute what they compute one by one.</summary>
public sealed partial class ConvolutionChainTests
{
    /// <summary>Three inverted bottlenecks. A map of 24x112x112 is large, one of 8x112x112 or 24x56x56 is not.</summary>
    private const string Spec =
        """
        input 3x224x224
        stem: conv 24 3x3 stride 2 pad 1
        relu6
        dw: conv 24 3x3 pad 1 depthwise
        relu
        project: conv 8 1x1
        a: {
          expand: conv 24 1x1
          relu6
          dw: conv 24 3x3 pad 1 depthwise
          silu
          project: conv 8 1x1
          add in
        }
        b: {
          expand: conv 24 1x1
          hardswish
          dw: conv 24 5x5 stride 2 pad 2 depthwise
          tanh
          project: conv 12 1x1
        }
        avgpool global
        fc: linear 3
        """;

    /// <summary>A stem whose pool reaches beyond the map above and, in ceil mode, below.</summary>
    private const string PoolSpec =
        """
        input 3x151x151
        a: conv 64 3x3 stride 2
        leakyrelu
        pool: maxpool 3x3 stride 2 pad 1 ceil
        b: conv 8 1x1
        avgpool global
        fc: linear 3
        """;

    [Fact]
    public void Bottlenecks_are_chains() =>
        Assert.Equal(["Stem Dw Project", "A_Expand A_Dw A_Project", "B_Expand B_Dw"], Chains(Spec, "b"));

    [Fact]
    public void What_is_explained_or_has_a_gradient_is_stored() =>
        Assert.Equal(["Stem Dw Project", "A_Expand A_Dw"], Chains(Spec, "a.dw"));

    [Fact]
    public void What_two_layers_read_is_stored() =>
        Assert.Equal(
            ["A B"],
            Chains(
                """
                input 3x128x128
                twice: conv 32 1x1
                a: conv 32 1x1
                b: conv 32 1x1
                add twice
                c: conv 4 1x1
                avgpool global
                fc: linear 3
                """,
                "c"));

    [Theory]
    [InlineData("b", new[] { "A: Pool" })]
    [InlineData("pool", new[] { "A: Pool" })]
    [InlineData("a", new string[0])]
    public void A_chain_may_end_in_a_max_pool(string layer, string[] chains) => Assert.Equal(chains, Chains(PoolSpec, layer));

    [Fact]
    public void A_dense_convolution_of_many_channels_is_left_to_Winograd() =>
        Assert.Empty(Chains(
            """
            input 8x224x224
            1: conv 8 1x1
            2: conv 8 3x3 pad 1
            3: conv 8 1x1
            avgpool global
            fc: linear 3
            """,
            "3"));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(300, 0)]
    public void A_map_that_is_read_with_more_padding_than_it_has_pixels_is_stored(int pad, int chains) =>
        Assert.Equal(
            chains,
            Chains(
                $"""
                input 3x600x600
                a: conv 2 1x1
                b: conv 2 3x3 pad {pad} depthwise
                c: conv 4 1x1 stride 8
                avgpool global
                fc: linear 3
                """,
                "c").Count(chain => chain.StartsWith("A B", StringComparison.Ordinal)));

    [Fact]
    public void A_chain_has_eight_links_at_most() =>
        Assert.Equal(
            ["1 2 3 4 5 6 7 8", "9 10 11"],
            Chains(
                $"""
                input 3x600x600
                {string.Join("\n", Enumerable.Range(1, 11).Select(i => $"{i}: conv 2 1x1"))}
                avgpool global
                fc: linear 3
                """,
                "11").Select(chain => chain.Replace("_", "", StringComparison.Ordinal)));

    [Fact]
    public void A_chain_whose_weights_are_many_ends() =>
        Assert.Equal(
            ["1 2"],
            Chains(
                """
                input 128x64x64
                1: conv 128 1x1
                2: conv 256 1x1
                3: conv 256 1x1
                avgpool global
                fc: linear 3
                """,
                "3").Select(chain => chain.Replace("_", "", StringComparison.Ordinal)));

    [Theory]
    [InlineData(Spec, "b")]
    [InlineData(Spec, "a.dw")]
    [InlineData(Spec, "stem")]
    [InlineData(PoolSpec, "b")]
    [InlineData(PoolSpec, "a")]
    public void Chains_compute_what_the_spec_says(string spec, string layer)
    {
        var network = new NetworkClass(CompiledNetworks.Compile([(spec, [layer])])[0]);
        float[] input = new float[network.Info.Input.Length];
        var random = new Random(1);
        foreach (ref float value in input.AsSpan())
            value = (float)RandomWeights.Normal(random);
        (float[] logits, float[] maps, float[] gradients) = Run(network, ReferenceBackendProvider.Instance, input, threads: 1);
        (float[] Logits, float[] Maps, float[] Gradients) one = Run(network, new CpuOptions().Backend, input, threads: 1);
        AssertClose(logits, one.Logits);
        AssertClose(maps, one.Maps);
        AssertClose(gradients, one.Gradients);
        (float[] Logits, float[] Maps, float[] Gradients) three = Run(network, new CpuOptions().Backend, input, threads: 3);
        Assert.Equal(one.Logits, three.Logits);
        Assert.Equal(one.Maps, three.Maps);
        Assert.Equal(one.Gradients, three.Gradients);
    }

    private static (float[] Logits, float[] Maps, float[] Gradients) Run(NetworkClass network, BackendProvider backend, float[] input, int threads)
    {
        using GradCam.Contract.Model model = network.Prepare(backend, new RandomWeights(network.Info, 3), threads);
        using Executor executor = model.CreateExecutor();

        // Twice, since the second pass finds the memory as the first left it.
        executor.Forward(input);
        executor.Forward(input);
        executor.Backward(0, 1, 1);
        return (Read(network.Info.Logits), Read(network.Info.Layers[0].Activation), Read(network.Info.Layers[0].Gradient));

        float[] Read(Tensor tensor)
        {
            var map = new float[tensor.Length];
            executor.Read(tensor, map);
            return map;
        }
    }

    private static IEnumerable<string> Chains(string spec, string layer)
    {
        GeneratorRun run = GeneratorDriverHarness.Of($"[GradCam.Network(@\"{spec}\")]\n[GradCam.GradCam(\"{layer}\")]\nsealed partial class Net;").Run();
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CompilerDiagnostics);
        return [.. Call().Matches(run.Source()).Select(match =>
            string.Join(" ", match.Groups[1].Captures.Select(operation => operation.Value)) + (match.Groups[2].Success ? ": " + match.Groups[2].Value : ""))];
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        float largest = expected.Max(MathF.Abs);
        Assert.True(largest > 1e-6f, $"{largest}");
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= 2e-5 * largest, $"[{i}]: {actual[i]}, expected {expected[i]}");
    }

    [GeneratedRegex(@"backend\.ConvolutionChain\(\s*\[(?:Operations\.(\w+)(?:, )?)+\],\s*between: \[[^\]]*\](?:,\s*maxPool: Operations\.(\w+))?")]
    private static partial Regex Call();
}
