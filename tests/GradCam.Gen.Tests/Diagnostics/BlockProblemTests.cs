using GradCam.Gen.Tests.Harness;

namespace GradCam.Gen.Tests.Diagnostics;

/// <summary>One message a place, and at the place that is to be corrected: a block's statement, or the line that uses it.</summary>
public sealed class BlockProblemTests
{
    private const string Source = "[GradCam.Network(\"a.net\", Weights = \"a.safetensors\")]\npartial class Net;";

    private const string Spec =
        """
        input 3x16x16
        stem: conv 8 3x3 pad 1 bias off
        layer1: stage 16
        layer2: stage 32
        avgpool global
        fc: linear 5

        block stage(c) {
          0: unit c
          1: unit c
        }
        block unit(c) {
          conv1: conv c 3x3 pad 1 bias off
          bn1: batchnorm
          relu
          conv2: conv c 3x3 pad 1 bias off
          bn2: batchnorm
        }
        """;

    private static readonly string[] Tensors =
    [
        "F32 [8,3,3,3] stem.weight", .. Unit("layer1.0", 16, 8), .. Unit("layer1.1", 16, 16), .. Unit("layer2.0", 32, 16), .. Unit("layer2.1", 32, 32),
        "F32 [5,32] fc.weight", "F32 [5] fc.bias",
    ];

    [Fact]
    public void The_network_is_right() => Assert.Empty(Diagnostics("", ""));

    [Theory]
    [InlineData("layer1: stage 16", "layer1: stage 17",
        "(3,15)-(3,17) GCG0016: The tensor 'layer1.0.conv1.weight' of 'a.safetensors' has the wrong shape: expected [17, 8, 3, 3], found [16, 8, 3, 3] " +
        "(arises in line 13, and 20 more)")]
    [InlineData("layer1: stage 16", "layer1: { 0: unit 16; 1: unit 12 }",
        "(3,31)-(3,33) GCG0016: The tensor 'layer1.1.conv1.weight' of 'a.safetensors' has the wrong shape: expected [12, 16, 3, 3], found [16, 16, 3, 3] " +
        "(arises in line 13, and 10 more)")]
    [InlineData("  1: unit c", "  1: unit 2*c",
        "(10,11)-(10,14) GCG0016: The tensor 'layer1.1.conv1.weight'", "(10,11)-(10,14)")]
    [InlineData("stem: conv 8", "stem: conv 9",
        "(2,1)-(2,32) GCG0016: The tensor 'stem.weight' of 'a.safetensors' has the wrong shape: expected [9, 3, 3, 3], found [8, 3, 3, 3] (and 1 more)")]
    public void A_wrong_number_of_channels_is_one_problem_where_it_is_written(string right, string wrong, string expected, string? placeOfAll = null)
    {
        IReadOnlyList<string> diagnostics = Diagnostics(right, wrong);

        if (placeOfAll is null)
            Assert.Equal(["a.net" + expected], diagnostics);
        else
            Assert.All(diagnostics, diagnostic => Assert.StartsWith("a.net" + placeOfAll, diagnostic, StringComparison.Ordinal));
        Assert.StartsWith("a.net" + expected, diagnostics[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("conv1: conv c 3x3 pad 1", "conv1: conv c 5x5 pad 2",
        "(13,3)-(13,35) GCG0016: The tensor 'layer1.0.conv1.weight' of 'a.safetensors' has the wrong shape: expected [16, 8, 5, 5], found [16, 8, 3, 3] " +
        "(used in line 3, and 3 more)")]
    [InlineData("conv1: conv c 3x3 pad 1 bias off", "conv1: conv c 3x3 pad 1",
        "(13,3)-(13,26) GCG0014: 'a.safetensors' has no tensor 'layer1.0.conv1.bias', which layer1.0.conv1 reads. If the layer has no bias, say 'bias off'. " +
        "(used in line 3, and 3 more)")]
    public void What_is_wrong_at_every_use_is_a_problem_of_the_block(string right, string wrong, string expected)
    {
        IReadOnlyList<string> diagnostics = Diagnostics(right, wrong);

        Assert.Equal(["a.net" + expected], diagnostics);
    }

    [Fact]
    public void A_sum_of_different_channels_is_a_problem_of_the_use() =>
        Assert.Equal(
            "a.net(3,1)-(3,17) GCG0009: add: expected 16x16x16 of layer1.0.conv2 (line 16, used in line 3), found 8x16x16 of stem (line 2) (arises in line 17)",
            Diagnostics("conv2: conv c 3x3 pad 1 bias off", "conv2: conv c 3x3 pad 1 bias off\n  add in")[0]);

    [Fact]
    public void What_is_wrong_at_one_use_is_a_problem_of_the_use()
    {
        IReadOnlyList<string> diagnostics = Diagnostics(
            "", "", [.. Tensors.Where(tensor => !tensor.EndsWith("layer2.1.conv2.weight", StringComparison.Ordinal))]);

        string message = Assert.Single(diagnostics);
        Assert.StartsWith(
            "a.net(4,1)-(4,17) GCG0014: 'a.safetensors' has no tensor 'layer2.1.conv2.weight', which layer2.1.conv2 reads.", message, StringComparison.Ordinal);
        Assert.EndsWith("(arises in line 16)", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("b 0", "conv 4 3x3 stride n", "(2,6)-(2,7) GCG0008: 'stride' of conv: expected a whole number from 1 to 32768, found 0 (arises in line 6)")]
    [InlineData("b 3", "conv 4 3x3 groups n", "(2,6)-(2,7) GCG0009: conv: expected input channels that divide into 3 groups, found 4 (arises in line 6)")]
    [InlineData(
        "b 6; y: b 5", "conv n 1x1 groups 2", "(2,14)-(2,15) GCG0009: conv: expected output channels that divide into 2 groups, found 5 (arises in line 6)")]
    [InlineData(
        "b 1; y: b 1", "conv 4 7x7",
        "(2,9)-(2,15) GCG0009: conv: expected an input that holds the window of 7x7, found 4x2x2 with padding 0 (arises in line 6)")]
    [InlineData(
        "b 1; y: b 2", "conv 4 9x9",
        "(6,14)-(6,27) GCG0009: conv: expected an input that holds the window of 9x9, found 4x8x8 with padding 0 (used in line 2)")]
    public void An_argument_that_does_not_fit_is_a_problem_of_the_use(string use, string body, string expected)
    {
        string spec = $"input 4x8x8\nx: {use}\nmaxpool global\nfc: linear 3\n\nblock b(n) {{ c: {body} }}";
        string source = Source.Replace(", Weights = \"a.safetensors\"", "", StringComparison.Ordinal);

        Assert.Equal("a.net" + expected, Specs.With(source: source, spec: spec).Run().Diagnostics[0]);
    }

    private static IReadOnlyList<string> Diagnostics(string right, string wrong, string[]? tensors = null)
    {
        string spec = right.Length == 0 ? Spec : Spec.Replace(right, wrong, StringComparison.Ordinal);
        return Specs.With(source: Source, spec: spec, manifest: Specs.ManifestOf(tensors ?? Tensors)).Run().Diagnostics;
    }

    private static string[] Unit(string name, int channels, int inputs) =>
    [
        $"F32 [{channels},{inputs},3,3] {name}.conv1.weight", .. Norm($"{name}.bn1", channels),
        $"F32 [{channels},{channels},3,3] {name}.conv2.weight", .. Norm($"{name}.bn2", channels),
    ];

    private static string[] Norm(string name, int channels) =>
        [$"F32 [{channels}] {name}.weight", $"F32 [{channels}] {name}.bias", $"F32 [{channels}] {name}.running_mean", $"F32 [{channels}] {name}.running_var"];
}
