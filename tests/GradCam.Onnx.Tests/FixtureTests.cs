using GradCam.Gen.Build.Onnx;
using GradCam.Gen.Export;
using GradCam.Gen.Passes;
using GradCam.Gen.Spec;

namespace GradCam.Onnx.Tests;

/// <summary>Small files as several exporters write them, against ONNX Runtime; of several outputs, those that can be explained.</summary>
public sealed class FixtureTests
{
    public static TheoryData<string> All =>
        [.. Directory.EnumerateFiles(Folder, "*.onnx").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Fixtures");

    [Theory]
    [InlineData("argmax_second_output")]
    [InlineData("batch_of_matrices")]
    [InlineData("conv1d")]
    [InlineData("first_output_is_a_map")]
    [InlineData("group_norm")]
    [InlineData("instance_norm")]
    [InlineData("logits_and_argmax")]
    [InlineData("matlab_same_padding")]
    [InlineData("mean_mean_suggestion")]
    [InlineData("nhwc_one_channel_reshape")]
    [InlineData("prelu_expanded_slope")]
    [InlineData("shufflenet_megvii_split")]
    [InlineData("seg_binary")]
    [InlineData("seg_map")]
    [InlineData("yolo_raw")]
    public void Imports_as_onnx_runtime_runs_it(string name)
    {
        ImportedNetwork imported = OnnxImporter.Import(PathOf(name));
        using CompiledNetwork compiled = CompiledNetwork.Compile(NetworkSource.OfAllOutputs(imported));
        float[] input = Difference.Noise(compiled.Info.Input.Length, 1);
        string[] outputs = [.. imported.Program.OutputNames];
        float[][] expected = OnnxRuntimeRun.Run(File.ReadAllBytes(PathOf(name)), NodeTest.Arrange(input, imported.Program.InputView), outputs);
        float[][] own = compiled.Forward(input)[1..];
        Assert.Equal(outputs.Length, own.Length);
        for (int i = 0; i < outputs.Length; i++)
        {
            double difference = Difference.Relative(expected[i], NodeTest.Arrange(own[i], imported.Program.OutputViews[i]));
            Assert.True(difference < 1e-4, $"{outputs[i]}: difference {difference}");
        }
    }

    [Theory]
    [InlineData("argmax_second_output", "y", "label")]
    [InlineData("first_output_is_a_map", "logits", "features")]
    [InlineData("labels_and_map", "loss", "classLabel")]
    [InlineData("logits_and_argmax", "logits", "label")]
    public void What_cannot_be_explained_is_left_out(string name, string explained, string leftOut)
    {
        ImportedNetwork imported = OnnxImporter.Import(PathOf(name));
        Assert.Equal([explained], imported.Outputs.Where(output => output.LeftOut is null).Select(output => output.Name));
        Assert.Equal([leftOut], imported.Outputs.Where(output => output.LeftOut is not null).Select(output => output.Name));
        Assert.Contains(imported.Notes, note => note.StartsWith($"output \"{leftOut}\" is left out: ", StringComparison.Ordinal));

        // Chosen alone it is the same network, without a word about the other.
        ImportedNetwork alone = OnnxImporter.Import(PathOf(name), new OnnxImportOptions { Output = explained });
        Assert.Empty(alone.Notes);
        using CompiledNetwork first = CompiledNetwork.Compile(NetworkSource.Of(imported)), second = CompiledNetwork.Compile(NetworkSource.Of(alone));
        float[] input = Difference.Noise(first.Info.Input.Length, 2);
        Assert.Equal(first.Forward(input)[0], second.Forward(input)[0]);
    }

    [Theory]
    [InlineData("detector_concat", "node 'Concat_11' (Concat, opset 11): concatenates tensors", "at a tensor that is chosen as the output: ")]
    [InlineData("resize_linear_asymmetric", "mode linear with asymmetric coordinates from 7x7 to 14x14 is not supported", "'conv_1'")]
    [InlineData("two_inputs", "the graph has 2 inputs (left, right); networks of one input, an image, are supported", "")]
    public void What_cannot_be_imported_says_why_and_where_to_end(string name, string reason, string where)
    {
        string message = Assert.Throws<OnnxImportException>(() => OnnxImporter.Import(PathOf(name))).Message;
        Assert.StartsWith(name + ".onnx: ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.Contains(where, message, StringComparison.Ordinal);
    }

    /// <summary>What is imported, as a user's spec and as the build's, is a spec that the language takes.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void An_import_is_a_spec_that_the_language_takes(string name)
    {
        foreach (bool allLayers in new[] { false, true })
        {
            ImportedNetwork imported;
            try
            {
                imported = OnnxImporter.Import(PathOf(name), new OnnxImportOptions { AllLayers = allLayers });
            }
            catch (OnnxImportException exception)
            {
                Assert.Contains("support", exception.Message, StringComparison.Ordinal);
                continue;
            }
            ParsedSpec parsed = SpecParser.Parse(imported.Spec);
            Assert.Empty(parsed.Problems);
            var problems = new List<Gen.Diagnostics.Problem>();
            Assert.NotNull(ResolveShapes.Run(parsed.Syntax, imported.Spec, "Net", problems));
            Assert.Empty(problems);
        }
    }

    [Fact]
    public void The_inspector_lists_the_layers_of_each_output()
    {
        LayerTable table = LayerTable.OfOnnx(PathOf("first_output_is_a_map"));
        Assert.True(table.IsExplainable);
        Assert.Equal(["features", "logits"], table.Rows.Single(row => row.Name == "features").Outputs);
        Assert.Equal(["logits"], table.Rows.Single(row => row.Operation == "linear").Outputs);
        Assert.Equal("features", table.Suggested?.GradCamName);

        table = LayerTable.OfOnnx(PathOf("detector_concat"));
        Assert.False(table.IsExplainable);
        Assert.Contains(table.Rows, row => row.Name == "conv_5");
        Assert.Contains("Concat", Assert.Single(table.Imported!.Outputs).LeftOut, StringComparison.Ordinal);

        table = LayerTable.OfOnnx(PathOf("first_output_is_a_map"), new OnnxImportOptions { Output = "features" });
        Assert.True(table.IsExplainable);
        Assert.DoesNotContain(table.Rows, row => row.Operation == "linear");
    }

    private static string PathOf(string name) => Path.Combine(Folder, name + ".onnx");
}
