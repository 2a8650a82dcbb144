using GradCam.Gen.Tests.Harness;

namespace GradCam.Gen.Tests.Diagnostics;

/// <summary>Weight files whose names or shapes differ from the network's in a way that can be named.</summary>
public sealed class WeightDiagnosticTests
{
    private static readonly string[] Tensors = ["F32 [4,1,3,3] conv1.weight", "F32 [4] conv1.bias", "F32 [3,4] fc.weight", "F32 [3] fc.bias"];

    [Theory]
    [InlineData("module.", "Say WeightPrefix = \"module.\" in [Network].")]
    [InlineData("model.backbone.", "Say WeightPrefix = \"model.backbone.\" in [Network].")]
    [InlineData("_orig_mod.", "Say WeightPrefix = \"_orig_mod.\" in [Network].")]
    [InlineData("net_", "Say WeightPrefix = \"net_\" in [Network].")]
    public void Gcg0032_all_names_have_a_prefix(string prefix, string cure)
    {
        string manifest = Prefixed(prefix, "I64 [] module.bn.num_batches_tracked");
        Assert.Equal(
            [
                $"(1,37)-(1,52) GCG0032: The names of the tensors of 'a.safetensors' begin with '{prefix}': it has '{prefix}conv1.weight', where the network " +
                $"reads 'conv1.weight'. {cure}"],
            Specs.With(manifest: manifest).Run().Diagnostics);

        GeneratorRun run = Specs.With(source: WithPrefix(prefix), manifest: manifest).Run();
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CompilerDiagnostics);
        Assert.Contains($"new(\"{prefix}conv1.weight\", 4, 1, 3, 3)", run.Source(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "module.", "",
        "do not begin with 'module.': it has 'conv1.weight', where the network reads 'module.conv1.weight'. Leave WeightPrefix out of [Network].")]
    [InlineData(
        "model.", "module.",
        "begin with 'module.': it has 'module.conv1.weight', where the network reads 'model.conv1.weight'. Say WeightPrefix = \"module.\" in [Network].")]
    public void Gcg0032_the_prefix_is_another(string said, string stored, string expected) =>
        Assert.Equal(
            ["(1,37)-(1,52) GCG0032: The names of the tensors of 'a.safetensors' " + expected],
            Specs.With(source: WithPrefix(said), manifest: Prefixed(stored)).Run().Diagnostics);

    [Fact]
    public void Gcg0032_the_spec_has_a_label_more() =>
        Assert.Equal(
            [
                "(1,37)-(1,52) GCG0032: The names of the tensors of 'a.safetensors' do not begin with 'net.': it has 'conv1.weight', where the network reads " +
                "'net.conv1.weight'. Change the labels in the spec, or save the weights under the spec's names, in Python: " +
                "{\"net.\" + name: tensor for name, tensor in state.items()}.",
            ],
            Specs.With(
                source: Specs.Source.Replace("\"conv1\"", "\"net.conv1\"", StringComparison.Ordinal),
                spec: "input 1x8x8\nnet: {\nconv1: conv 4 3x3\nrelu\navgpool global\nfc: linear 3\n}\n").Run().Diagnostics);

    [Fact]
    public void Without_a_weight_file_the_prefix_is_for_loading() =>
        Assert.Contains(
            "new(\"module.conv1.weight\", 4, 1, 3, 3)",
            Specs.With(source: WithPrefix("module.").Replace("Weights = \"a.safetensors\", ", "", StringComparison.Ordinal)).Run().Source(),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("F32 [3,4] classifier.weight", " No layer reads 'classifier.weight' of the same shape.")]
    [InlineData("F32 [4,3] classifier.weight", "")]
    [InlineData("F32 [3,4] fc.wieght", " Did you mean 'fc.wieght'?")]
    public void Gcg0014_names_an_unread_tensor_of_the_same_shape(string other, string hint) =>
        Assert.Equal(
            [$"a.net(5,1)-(5,13) GCG0014: 'a.safetensors' has no tensor 'fc.weight', which fc reads.{hint}"],
            Specs.With(
                manifest: Specs.ManifestOf([.. Tensors.Where(tensor => !tensor.EndsWith("fc.weight", StringComparison.Ordinal)), other])).Run().Diagnostics);

    [Fact]
    public void Gcg0014_names_some_of_many()
    {
        string[] others = [.. "abcde".Select(letter => $"F32 [3,4] head_{letter}_of_the_classifier.w")];
        Assert.EndsWith(
            " No layer reads 'head_a_of_the_classifier.w', 'head_b_of_the_classifier.w', 'head_c_of_the_classifier.w' and 2 more of the same shape.",
            Assert.Single(Specs.With(manifest: Specs.ManifestOf([Tensors[0], Tensors[1], Tensors[3], .. others])).Run().Diagnostics),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1x5", "[8,1,5]")]
    [InlineData("1x5", "[8,1,1,5]")]
    [InlineData("5x1", "[8,1,5]")]
    [InlineData("1", "[8,1,1]")]
    public void A_kernel_of_one_row_or_column_may_be_stored_in_one_dimension(string kernel, string shape)
    {
        GeneratorRun run = Specs.With(
            spec: $"input 1x64x64\nconv1: conv 8 {kernel}\nrelu\navgpool global\nfc: linear 3\n",
            manifest: Specs.ManifestOf($"F32 {shape} conv1.weight", "F32 [8] conv1.bias", "F32 [3,8] fc.weight", "F32 [3] fc.bias")).Run();
        Assert.Empty(run.Diagnostics);
        string[] sizes = kernel.Contains('x', StringComparison.Ordinal) ? kernel.Split('x') : ["1", "1"];
        Assert.Contains($"new(\"conv1.weight\", 8, 1, {sizes[0]}, {sizes[1]})", run.Source(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_square_kernel_may_not() =>
        Assert.Equal(
            ["a.net(2,1)-(2,18) GCG0016: The tensor 'conv1.weight' of 'a.safetensors' has the wrong shape: expected [4, 1, 3, 3], found [4, 1, 9]"],
            Specs.With(manifest: Specs.ManifestOf(["F32 [4,1,9] conv1.weight", .. Tensors[1..]])).Run().Diagnostics);

    private static string Prefixed(string prefix, params string[] others) =>
        Specs.ManifestOf([.. Tensors.Select(tensor => tensor.Replace("] ", "] " + prefix, StringComparison.Ordinal)), .. others]);

    private static string WithPrefix(string prefix) =>
        Specs.Source.Replace("\"a.safetensors\"", $"\"a.safetensors\", WeightPrefix = \"{prefix}\"", StringComparison.Ordinal);
}
