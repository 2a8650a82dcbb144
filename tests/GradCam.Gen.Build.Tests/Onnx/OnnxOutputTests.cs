using GradCam.Gen.Build.Onnx;
using static GradCam.Gen.Build.Tests.Onnx.OnnxBuilder;

namespace GradCam.Gen.Build.Tests.Onnx;

/// <summary>Files of several outputs: what can be explained is imported, the rest is left out with a reason, and any tensor can be the end.</summary>
public sealed class OnnxOutputTests
{
    [Fact]
    public void An_output_that_cannot_be_imported_is_left_out_with_the_reason()
    {
        ImportedNetwork network = Import(Classifier("label", "logits"));
        Assert.EndsWith("\nlogits:   identity\n", network.Spec, StringComparison.Ordinal);
        Assert.Equal(["label", "logits"], network.Outputs.Select(output => output.Name));
        Assert.Contains("node 'label' (ArgMax, opset 17): this operator is not supported", network.Outputs[0].LeftOut, StringComparison.Ordinal);
        Assert.Null(network.Outputs[1].LeftOut);
        Assert.Contains("# output \"label\" is left out: node 'label' (ArgMax", network.Spec, StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_before_logits_is_left_out_and_its_own_layers_with_it()
    {
        ImportedNetwork network = Import(Classifier("map", "logits"));
        Assert.Equal("it is a map of 2x4x4; vectors of logits come first", network.Outputs[0].LeftOut);
        Assert.DoesNotContain("sigmoid", network.Spec, StringComparison.Ordinal);
        Assert.Contains("sigmoid", Import(Classifier("map", "logits"), new OnnxImportOptions { AllLayers = true }).Spec, StringComparison.Ordinal);
    }

    [Fact]
    public void Maps_alone_are_imported()
    {
        ImportedNetwork network = Import(Classifier("map"));
        Assert.Null(Assert.Single(network.Outputs).LeftOut);
        Assert.False(network.Outputs[0].IsVector);
    }

    [Theory]
    [InlineData("features", "", false)]
    [InlineData("pooled", "pooled: avgpool global", true)]
    [InlineData("flat", "pooled: avgpool global", true)]
    [InlineData("fc", "fc: linear 5 bias off", true)]
    [InlineData("logits", "fc: linear 5 bias off", true)]
    public void Any_tensor_and_any_layer_can_be_the_end(string output, string statement, bool isVector)
    {
        ImportedNetwork network = Import(Classifier("label", "logits", "map"), new OnnxImportOptions { Output = output });
        Assert.DoesNotContain("left out", network.Spec, StringComparison.Ordinal);
        if (output is not ("fc" or "logits"))
            Assert.DoesNotContain("linear", network.Spec, StringComparison.Ordinal);
        if (isVector)
        {
            Assert.Contains(
                statement.Split(':')[1].Trim(), string.Join(' ', network.Spec.Split(' ', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_output_that_nothing_is_called_is_an_error_with_the_outputs() =>
        Assert.Contains(
            "neither an output, nor a tensor, nor a layer is called 'x1'; the outputs are 'label', 'logits'",
            Assert.Throws<OnnxImportException>(() => Import(Classifier("label", "logits"), new OnnxImportOptions { Output = "x1" })).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Where_no_output_can_be_imported_the_error_says_where_to_end()
    {
        OnnxImportException exception = Assert.Throws<OnnxImportException>(() => Import(Classifier("label")));
        Assert.Contains("(ArgMax, opset 17): this operator is not supported", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("the network can end before it, at a tensor that is chosen as the output: 'logits'", exception.Message, StringComparison.Ordinal);
        Assert.Equal("ArgMax", exception.Operator);

        // The build leaves the choice to the attribute.
        ImportedNetwork network = Import(Classifier("label"), new OnnxImportOptions { AllLayers = true });
        Assert.Contains("linear 5 bias off # logits\n", network.Spec, StringComparison.Ordinal);
        Assert.DoesNotContain("\noutput ", network.Spec, StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_output_needs_is_not_looked_at()
    {
        OnnxBuilder builder = new OnnxBuilder()
            .Input("x", 1, 2).Input("im_shape", 1, 2).Output("y")
            .Add(5, Number(1, 1), Number(2, 8), Text(8, "names"))
            .Node("NoSuchOperator", ["x", "names", "im_shape"], ["unused"])
            .Node("Relu", ["x"], ["y"]);
        Assert.Contains("y: relu", Import(builder).Spec, StringComparison.Ordinal);
    }

    [Fact]
    public void An_output_of_another_input_is_left_out()
    {
        OnnxBuilder builder = new OnnxBuilder().Input("a", 1, 2).Input("b", 1, 2).Output("both").Output("y").Node("Add", ["a", "b"], ["both"])
            .Node("Relu", ["a"], ["y"]);
        ImportedNetwork network = Import(builder);
        Assert.Contains("reads tensor 'b', which is another input of the network", network.Outputs[0].LeftOut, StringComparison.Ordinal);
        Assert.Null(network.Outputs[1].LeftOut);
    }

    private static ImportedNetwork Import(OnnxBuilder builder, OnnxImportOptions? options = null) =>
        OnnxImporter.Import(builder.ToArray(), "outputs.onnx", null, options);

    /// <summary>Features, a map of two channels, logits and a label, with some of them as outputs.</summary>
    private static OnnxBuilder Classifier(params string[] outputs)
    {
        OnnxBuilder builder = new OnnxBuilder()
            .Input("x", 1, 3, 4, 4).Floats("conv.weight", 4, 3, 1, 1).Floats("head.weight", 2, 4, 1, 1).Floats("fc.weight", 5, 4)
            .Node("Conv", ["x", "conv.weight"], ["c"]).Node("Relu", ["c"], ["features"])
            .Node("Conv", ["features", "head.weight"], ["h"]).Node("Sigmoid", ["h"], ["map"])
            .Node("GlobalAveragePool", ["features"], ["pooled"]).Node("Flatten", ["pooled"], ["flat"])
            .Node("Gemm", ["flat", "fc.weight"], ["logits"], Int("transB", 1))
            .Node("ArgMax", ["logits"], ["label"], Int("axis", 1));
        foreach (string output in outputs)
            builder.Output(output);
        return builder;
    }
}
