using GradCam.Gen.Tests.Harness;

namespace GradCam.Gen.Tests.Networks;

/// <summary>Classes made from ONNX files: from the spec that the build wrote, with what it says in comments.</summary>
public sealed class ImportedSpecTests
{
    private const string Spec =
        """
        # Made from net.onnx (opset 17).
        # output "label" is left out: node 'best' (ArgMax, opset 17): this operator is not supported.
        # output "mask" is left out: it is a map of 4x6x6; vectors of logits come first
        input 1x8x8
        output logits

        conv:   conv 4 3x3 # /features/Conv_output_0
        mask:   sigmoid
        from conv
        pooled: avgpool global # 17
        logits: linear 3

        """;

    private static readonly string Manifest =
        $"gradcam manifest 1\nfile net.onnx.safetensors\nsha256 {new string('a', 64)}\ntensors 4\nF32 [4,1,3,3] conv.weight\nF32 [4] conv.bias\nF32 [3,4] " +
            "logits.weight\nF32 [3] logits.bias\n";

    [Fact]
    public void Outputs_that_are_left_out_are_a_warning_unless_the_output_is_chosen()
    {
        GeneratorRun run = Run("");
        Assert.Equal(
            [
                "(1,18)-(1,28) GCG0038: 'logits' is explained. Left out: 'label' (node 'best' (ArgMax, opset 17): this operator is not supported), "
                + "'mask' (it is a map of 4x6x6; vectors of logits come first). Output = \"logits\" says that this is meant.",
            ],
            run.Diagnostics);
        Assert.Empty(run.CompilerDiagnostics);
        Assert.Contains("RunForward", run.Source(), StringComparison.Ordinal);

        run = Run("logits");
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CompilerDiagnostics);
        Assert.DoesNotContain("Mask", run.Source(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pooled")]
    [InlineData("17")]
    public void A_class_may_end_at_any_layer_or_tensor(string output)
    {
        GeneratorRun run = Run(output);
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CompilerDiagnostics);
        Assert.DoesNotContain("Linear", run.Source(), StringComparison.Ordinal);
        Assert.Contains("ClassCount = 4", run.Source(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "label",
        "GCG0037: The output 'label' cannot be explained: node 'best' (ArgMax, opset 17): this operator is not supported. The network can end at a vector " +
        "within it, alone: Output = \"logits\", Output = \"pooled\".")]
    [InlineData("logit", "GCG0028: The network has no output 'logit', but 'logits' alone. Did you mean 'logits'?")]
    [InlineData("poold", "GCG0028: The network has no output 'poold', but 'logits' alone. Did you mean 'pooled'?")]
    public void What_cannot_be_explained_says_why_and_where_to_end(string output, string expected) =>
        Assert.Contains(expected, Assert.Single(Run(output).Diagnostics), StringComparison.Ordinal);

    [Theory]
    [InlineData("mask")]
    [InlineData("/features/Conv_output_0")]
    public void A_map_can_be_chosen(string output)
    {
        GeneratorRun run = Run(output);
        Assert.Empty(run.Diagnostics);
        Assert.Contains("ClassCount = 4", run.Source(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_which_no_output_could_be_imported_can_still_end_within()
    {
        string spec = Spec.Replace("output logits\n", "", StringComparison.Ordinal);
        Assert.Contains("GCG0037: The output 'label' cannot be explained: node 'best'", Assert.Single(Run("", spec).Diagnostics), StringComparison.Ordinal);
        Assert.Empty(Run("pooled", spec).Diagnostics);
    }

    [Theory]
    [InlineData(
        "input 1x8x8", "input 1x8x8\nimage gray resize 8 crop 9",
        "GCG0039: 'net.onnx' was imported, but cannot be used as it is, at \"image gray resize 8 crop 9\": 'crop' of image: expected the input's size, 8x8, " +
        "found '9'. Correct Image=\"…\" of the <NetworkOnnx> item.")]
    [InlineData("conv 4 3x3 #", "conv 4 30x30 #", "at \"conv:   conv 4 30x30 # /features/Conv_output_0\": ")]
    public void An_error_in_an_imported_spec_names_the_tensor_and_the_cure(string right, string wrong, string expected)
    {
        string problem = Run("logits", Spec.Replace(right, wrong, StringComparison.Ordinal)).Diagnostics[0];
        Assert.StartsWith("(1,18)-(1,28) GCG0039: ", problem, StringComparison.Ordinal);
        if (!expected.Contains("found '9'", StringComparison.Ordinal) || problem.Contains("'9'", StringComparison.Ordinal))
            Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    private static GeneratorRun Run(string output, string spec = Spec) => GeneratorDriverHarness.Of(
        $"[GradCam.Network(\"net.onnx\"{(output.Length > 0 ? $", Output = \"{output}\"" : "")})]\npartial class Net;",
        ("obj/gradcam/net.onnx.net", spec),
        ("obj/gradcam/net.onnx.safetensors.manifest", Manifest)).Run();
}
