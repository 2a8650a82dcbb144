using GradCam.Gen.Build.Onnx;
using GradCam.Gen.Build.Safetensors;
using GradCam.Weights.Format;
using static GradCam.Gen.Build.Tests.Onnx.OnnxBuilder;

namespace GradCam.Gen.Build.Tests.Onnx;

/// <summary>What the import makes of the ways in which exporters write things.</summary>
public sealed class OnnxImporterTests
{
    [Fact]
    public void A_network_becomes_a_readable_spec_and_weights_under_its_own_names()
    {
        ImportedNetwork network = OnnxImporter.Import(Small, "small.onnx", null);
        Assert.Equal(
            """
            # Made from small.onnx (opset 17, test).
            # The file does not say how a photo becomes the input: here it is squashed to the input's size and scaled to 0 … 1. If the network was trained
            # otherwise, say so in an image line, e.g. for torchvision: image rgb resize 256 crop 224 mean 0.485 0.456 0.406 std 0.229 0.224 0.225
            # Other common ones: image rgb mean 0.5 0.5 0.5 std 0.5 0.5 0.5 (-1 … 1: TensorFlow), image rgb scale 1 (0 … 255).
            input 3x8x8

            conv:   conv 4 3x3 stride 2 pad 1
            bn:     batchnorm eps 0.001
            silu:   silu
            pooled: avgpool global
            fc:     linear 5

            """.ReplaceLineEndings("\n"),
            network.Spec);
        using var weights = new MemoryStream();
        network.WriteWeights(weights);
        weights.Position = 0;
        IReadOnlyList<SafetensorsTensor> tensors = SafetensorsReader.Read(weights).Tensors;
        Assert.Equal(
            ["conv.weight", "conv.bias", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var", "fc.weight", "fc.bias"],
            tensors.Select(tensor => tensor.Name));
        Assert.Equal([4, 3, 3, 3], tensors[0].Shape);
    }

    [Fact]
    public void Both_files_are_saved_or_neither()
    {
        string folder = Directory.CreateTempSubdirectory("import-tests").FullName;
        try
        {
            ImportedNetwork network = OnnxImporter.Import(Small, "small.onnx", null);
            string spec = Path.Combine(folder, "small.net"), weights = Path.Combine(folder, "small.safetensors");
            Assert.ThrowsAny<IOException>(() => network.Save(spec, Path.Combine(folder, "missing", "small.safetensors")));
            Assert.Empty(Directory.GetFileSystemEntries(folder));

            network.Save(spec, weights);
            Assert.Equal(network.Spec, File.ReadAllText(spec));
            using var expected = new MemoryStream();
            network.WriteWeights(expected);
            Assert.Equal(expected.ToArray(), File.ReadAllBytes(weights));

            File.WriteAllText(spec, "mine");
            Assert.Contains(spec, Assert.Throws<IOException>(() => network.Save(spec, weights)).Message, StringComparison.Ordinal);
            Assert.Equal("mine", File.ReadAllText(spec));
            network.Save(spec, weights, overwrite: true);
            Assert.Equal(network.Spec, File.ReadAllText(spec));
            Assert.Equal(2, Directory.GetFileSystemEntries(folder).Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void An_image_line_replaces_the_comment_about_it()
    {
        string spec = OnnxImporter.Import(Small, "small.onnx", null, new OnnxImportOptions { Image = "bgr scale 1" }).Spec;
        Assert.Contains("input 3x8x8\nimage bgr scale 1\n", spec, StringComparison.Ordinal);
        Assert.DoesNotContain("squashed", spec, StringComparison.Ordinal);
    }

    /// <summary>Each way to write an activation, and the language's word for it.</summary>
    [Theory]
    [InlineData("hardswish", "Add x 3 a|Clip a 0 6 b|Mul x b c|Div c 6 y")]
    [InlineData("hardswish", "Add x 3 a|Clip a 0 6 b|Div b 6 c|Mul x c y")]
    [InlineData("hardswish", "Mul x 0.16666667 a|Add x 3 b|Clip b 0 6 c|Mul a c y")]
    [InlineData("hardsigmoid", "Add x 3 a|Clip a 0 6 b|Mul b 0.16666667 y")]
    [InlineData("silu", "Sigmoid x a|Mul x a y")]
    [InlineData("silu", "Neg x a|Exp a b|Add b 1 c|Div x c y")]
    [InlineData("mish", "Softplus x a|Tanh a b|Mul b x y")]
    [InlineData("mish", "Exp x a|Add a 1 b|Log b c|Tanh c d|Mul x d y")]
    [InlineData("softplus", "Exp x a|Add a 1 b|Log b y")]
    [InlineData("gelu", "Div x 1.4142135 a|Erf a b|Add b 1 c|Mul x c d|Mul d 0.5 y")]
    [InlineData("gelu", "Mul x 0.70710677 a|Erf a b|Add 1 b c|Mul 0.5 x d|Mul d c y")]
    [InlineData("gelu tanh", "Pow x 3 a|Mul a 0.044715 b|Add x b c|Mul c 0.7978846 d|Tanh d e|Add e 1 f|Mul x f g|Mul g 0.5 y")]
    [InlineData("relu6", "Relu x a|Min a 6 y")]
    [InlineData("clip -1 1", "Max x -1 a|Min a 1 y")]
    [InlineData("leakyrelu slope 0.2", "Mul x 0.2 a|Max x a y")]
    [InlineData("sigmoid", "Neg x a|Exp a b|Add b 1 c|Reciprocal c y")]
    [InlineData("relu", "Max x 0 y")]
    public void An_activation_is_recognised_however_it_is_written(string statement, string nodes)
    {
        var builder = new OnnxBuilder().Input("x", 1, 2, 4, 4).Output("y");
        foreach (string node in nodes.Split('|'))
        {
            string[] words = node.Split(' ');
            foreach (string word in words[1..^1].Where(word => float.TryParse(word, System.Globalization.CultureInfo.InvariantCulture, out _)).Distinct())
                builder.Floats($"{word} of {words[^1]}", [], [float.Parse(word, System.Globalization.CultureInfo.InvariantCulture)]);
            builder.Node(
                words[0],
                [
                    .. words[1..^1].Select(
                        word => float.TryParse(word, System.Globalization.CultureInfo.InvariantCulture, out _)
                            ? $"{word} of {words[^1]}"
                            : word)], [words[^1]]);
        }
        Assert.Equal([$"y: {statement}"], Statements(builder));
    }

    [Fact]
    public void A_layer_norm_is_recognised_in_small_operators_over_the_last_dimension()
    {
        string[] statements = Statements(new OnnxBuilder { Opset = 13 }
            .Input("x", 1, 6, 4, 4).Output("y")
            .Floats("two", [], [2]).Floats("eps", [], [1e-6f]).Floats("norm.weight", [6]).Floats("norm.bias", [6])
            .Node("Transpose", ["x"], ["t"], Ints("perm", 0, 2, 3, 1))
            .Node("ReduceMean", ["t"], ["mean"], Ints("axes", -1))
            .Node("Sub", ["t", "mean"], ["d"])
            .Node("Pow", ["d", "two"], ["square"])
            .Node("ReduceMean", ["square"], ["variance"], Ints("axes", -1))
            .Node("Add", ["variance", "eps"], ["sum"])
            .Node("Sqrt", ["sum"], ["root"])
            .Node("Div", ["d", "root"], ["n"])
            .Node("Mul", ["n", "norm.weight"], ["m"])
            .Node("Add", ["m", "norm.bias"], ["a"])
            .Node("Transpose", ["a"], ["y"], Ints("perm", 0, 3, 1, 2)));
        Assert.Equal(["norm: layernorm eps 1e-6"], statements);
    }

    [Fact]
    public void A_channel_last_graph_is_turned_round()
    {
        OnnxBuilder builder = new OnnxBuilder()
            .Input("x", -1, 6, 4, 3).Output("y")
            .Floats("w", [2, 3, 3, 3]).Floats("fc.weight", [48, 5])
            .Integers("flat", -1, 48)
            .Node("Transpose", ["x"], ["t"], Ints("perm", 0, 3, 1, 2))
            .Node("Conv", ["t", "w"], ["c"], String("auto_pad", "SAME_UPPER"))
            .Node("Transpose", ["c"], ["u"], Ints("perm", 0, 2, 3, 1))
            .Node("Reshape", ["u", "flat"], ["f"])
            .Node("MatMul", ["f", "fc.weight"], ["y"]);
        ImportedNetwork network = OnnxImporter.Import(builder.ToArray(), "nhwc.onnx", null);
        Assert.Contains("input 3x6x4\n", network.Spec, StringComparison.Ordinal);
        Assert.Equal(["c: conv 2 3x3 pad 1 bias off", "y_flatten: flatten", "fc: linear 5 bias off"], Lines(network));
        // The matrix's rows are rows, columns, channels; the flattened map is channels, rows, columns.
        float[] matrix = network.Program.Statements[2].Weights[0].Tensor.ToFloats();
        float Original(int row, int column) => (row * 5 + column + 1) % 7 / 10f;
        for (int output = 0; output < 5; output++)
        {
            for (int position = 0; position < 48; position++)
            {
                int channel = position / 24, pixel = position % 24;
                Assert.Equal(Original(pixel * 2 + channel, output), matrix[output * 48 + position]);
            }
        }
    }

    [Fact]
    public void A_channel_shuffle_is_recognised_with_shapes_computed_in_the_graph()
    {
        string[] statements = Statements(new OnnxBuilder()
            .Input("x", 1, 6, 4, 5).Output("y")
            .Integers("0", 0).Integers("two", 2).Integers("rest", 3, 4, 5).Integers("whole", 0, -1, 4, 5)
            .Node("Shape", ["x"], ["shape"])
            .Node("Gather", ["shape", "0"], ["n"])
            .Node("Concat", ["n", "two", "rest"], ["grouped"], Int("axis", 0))
            .Node("Reshape", ["x", "grouped"], ["g"])
            .Node("Transpose", ["g"], ["t"], Ints("perm", 0, 2, 1, 3, 4))
            .Node("Reshape", ["t", "whole"], ["s"])
            .Node("Relu", ["s"], ["y"]));
        Assert.Equal(["s: shuffle 2", "y: relu"], statements);
    }

    [Fact]
    public void Padding_before_a_convolution_is_its_own_and_a_sum_after_it_its_bias()
    {
        string[] statements = Statements(new OnnxBuilder()
            .Input("x", 1, 3, 8, 8).Output("y")
            .Floats("w", [4, 3, 3, 3]).Floats("b", [1, 4, 1, 1])
            .Integers("pads", 0, 0, 0, 0, 0, 0, 1, 1)
            .Node("Pad", ["x", "pads"], ["p"])
            .Node("Conv", ["p", "w"], ["c"], Ints("strides", 2, 2))
            .Node("Add", ["c", "b"], ["y"]));
        Assert.Equal(["y: conv 4 3x3 stride 2 pad 0 0 1 1"], statements);
    }

    [Fact]
    public void A_normalisation_at_the_start_is_one_factor_and_one_summand()
    {
        ImportedNetwork network = OnnxImporter.Import(
            new OnnxBuilder()
                .Input("x", 1, 3, 8, 8).Output("y")
                .Floats("mean", [1, 3, 1, 1], [0.5f, 0.4f, 0.3f]).Floats("std", [1, 3, 1, 1], [0.25f, 0.2f, 0.5f])
                .Node("Sub", ["x", "mean"], ["s"]).Node("Div", ["s", "std"], ["d"]).Node("Relu", ["d"], ["y"])
                .ToArray(),
            "n.onnx",
            null);
        Assert.Equal(["s: shift", "d: scale", "y: relu"], Lines(network));
        Assert.Equal([-0.5f, -0.4f, -0.3f], network.Program.Statements[0].Weights[0].Tensor.ToFloats());
        Assert.Equal([4f, 5f, 2f], network.Program.Statements[1].Weights[0].Tensor.ToFloats());
    }

    [Fact]
    public void A_quantised_weight_is_dequantised_per_channel()
    {
        ImportedNetwork network = OnnxImporter.Import(
            new OnnxBuilder()
                .Input("x", 1, 2).Output("y")
                .Tensor("q", [2, 2], 3, [1, 2, 3, 255]).Floats("scale", [2], [0.5f, 0.25f]).Tensor("zero", [2], 3, [0, 1])
                .Node("DequantizeLinear", ["q", "scale", "zero"], ["w"], Int("axis", 0))
                .Node("Gemm", ["x", "w"], ["y"], Int("transB", 1))
                .ToArray(),
            "q.onnx",
            null);
        Assert.Equal([0.5f, 1f, 0.5f, -0.5f], network.Program.Statements[0].Weights[0].Tensor.ToFloats());
    }

    [Fact]
    public void Half_precision_weights_stay_half_precision()
    {
        ImportedNetwork network = OnnxImporter.Import(
            new OnnxBuilder().Input("x", 1, 1).Output("y").Tensor("fc.weight", [1, 1], 10, [0, 0x3c]).Node("Gemm", ["x", "fc.weight"], ["y"], Int("transB", 1))
                .ToArray(), "h.onnx", null);
        using var weights = new MemoryStream();
        network.WriteWeights(weights);
        weights.Position = 0;
        SafetensorsTensor tensor = Assert.Single(SafetensorsReader.Read(weights).Tensors);
        Assert.Equal(("fc.weight", "F16"), (tensor.Name, tensor.Type));
        Assert.Equal(1f, network.Program.Statements[0].Weights[0].Tensor.ToFloats()[0]);
    }

    [Fact]
    public void A_final_log_softmax_is_cut_off_and_said_so()
    {
        ImportedNetwork network = OnnxImporter.Import(
            new OnnxBuilder().Input("x", 1, 4).Output("y").Floats("fc.weight", [3, 4]).Node("Gemm", ["x", "fc.weight"], ["z"], Int("transB", 1))
                .Node("LogSoftmax", ["z"], ["y"]).ToArray(), "l.onnx", null);
        Assert.Equal(["fc: linear 3 bias off", "y: identity"], Lines(network));
        Assert.Contains("ends in LogSoftmax", Assert.Single(network.Notes), StringComparison.Ordinal);
    }

    /// <summary>As TensorFlow's exporter pads channels.</summary>
    [Fact]
    public void Zeros_are_concatenated_by_a_convolution_of_ones()
    {
        OnnxBuilder Concat(params float[] constant) => new OnnxBuilder()
            .Input("x", 1, 2, 1, 2).Output("y").Floats("zeros", [1, 1, 1, 2], constant)
            .Node("Relu", ["x"], ["r"])
            .Node("Concat", ["x", "zeros", "r"], ["y"], Int("axis", 1));
        ImportedNetwork network = OnnxImporter.Import(Concat(0, 0).ToArray(), "z.onnx", null);

        Assert.Equal(["r: relu", "from in", "y_concat: concat r", "y: conv 5 1x1 bias off"], Lines(network));
        float[] matrix = network.Program.Statements[2].Weights[0].Tensor.ToFloats();
        int[] sources = [0, 1, -1, 2, 3];
        Assert.Equal(sources.SelectMany(source => Enumerable.Range(0, 4).Select(channel => channel == source ? 1f : 0f)), matrix);
        Assert.Contains(
            "node 'y' (Concat, opset 17): concatenates with a constant of shape [1, 1, 1, 2] other than zeros for a tensor of shape [1, 4, 1, 2]",
            Assert.Throws<OnnxImportException>(() => OnnxImporter.Import(Concat(0, 1).ToArray(), "z.onnx", null)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Several_outputs_keep_the_names_of_the_file()
    {
        ImportedNetwork network = OnnxImporter.Import(
            new OnnxBuilder()
                .Input("x", 1, 2).Output("yaw").Output("617").Output("flat")
                .Floats("fc_yaw.weight", [3, 2]).Floats("fc_pitch.weight", [3, 2])
                .Node("Gemm", ["x", "fc_yaw.weight"], ["yaw"], Int("transB", 1))
                .Node("Gemm", ["x", "fc_pitch.weight"], ["617"], Int("transB", 1))
                .Node("Relu", ["617"], ["flat"])
                .ToArray(),
            "pose.onnx",
            null);

        Assert.Contains("\noutput yaw\noutput \"617\"\noutput flat\n", network.Spec, StringComparison.Ordinal);
        Assert.Equal(
            [
                "fc_yaw: linear 3 bias off", "from in", "fc_pitch: linear 3 bias off", "flat: relu",
                "from fc_yaw", "yaw: identity", "from fc_pitch", "\"617\": identity",
            ],
            Lines(network));
    }

    [Fact]
    public void Pytorch_paths_become_module_names()
    {
        string[] statements = Statements(new OnnxBuilder()
            .Input("x", 1, 3, 4, 4).Output("17")
            .Floats("onnx::Conv_9", [3, 3, 1, 1])
            .Node("Conv", ["x", "onnx::Conv_9"], ["/layer1/layer1.0/conv1/Conv_output_0"])
            .Node("Relu", ["/layer1/layer1.0/conv1/Conv_output_0"], ["/layer1/layer1.0/relu/Relu_output_0"])
            .Node("Add", ["/layer1/layer1.0/relu/Relu_output_0", "x"], ["/layer1/layer1.0/Add_output_0"])
            .Node("GlobalAveragePool", ["/layer1/layer1.0/Add_output_0"], ["17"]));
        Assert.Equal(["layer1.0.conv1: conv 3 1x1 bias off", "layer1.0.relu: relu", "layer1.0.Add: add in", "avgpool_17: avgpool global"], statements);
    }

    [Fact]
    public void External_data_is_read_beside_the_model_and_nowhere_else()
    {
        using var folder = new GradCam.Tests.TemporaryFolder();
        File.WriteAllBytes(Path.Combine(folder.Path, "weights.bin"), [.. Enumerable.Repeat((byte)0, 4), .. BitConverter.GetBytes(0.5f)]);
        byte[] Model(string location) => new OnnxBuilder().Input("x", 1, 1).Output("y")
            .Add(
                5, Number(1, 1), Number(1, 1), Number(2, 1), Text(8, "fc.weight"), Number(14, 1), Message(13, Text(1, "location"), Text(2, location)),
                Message(13, Text(1, "offset"), Text(2, "4")))
            .Node("Gemm", ["x", "fc.weight"], ["y"], Int("transB", 1)).ToArray();
        Assert.Equal(0.5f, OnnxImporter.Import(Model("weights.bin"), "m.onnx", folder.Path).Program.Statements[0].Weights[0].Tensor.ToFloats()[0]);
        File.WriteAllBytes(Path.Combine(folder.Path, "..", Path.GetFileName(folder.Path) + ".bin"), new byte[8]);
        try
        {
            string[] outsides =
                [$"../{Path.GetFileName(folder.Path)}.bin", "/etc/passwd", "a/../../b", "/dev/zero", "C:\\weights.bin", "\\\\server\\weights.bin", "..\\b"];
            foreach (string outside in outsides)
                Assert.Contains("outside the model's directory", Refusal(outside), StringComparison.Ordinal);
            Assert.Contains("does not exist", Refusal("other.bin"), StringComparison.Ordinal);
            Assert.Contains("outside the model's directory", Refusal("."), StringComparison.Ordinal);
            if (OperatingSystem.IsWindows())
                return;
            // Links are followed, of files and of folders; what counts is where they lead.
            File.CreateSymbolicLink(Path.Combine(folder.Path, "inside.bin"), "weights.bin");
            File.CreateSymbolicLink(Path.Combine(folder.Path, "outside.bin"), $"../{Path.GetFileName(folder.Path)}.bin");
            File.CreateSymbolicLink(Path.Combine(folder.Path, "chain.bin"), "outside.bin");
            File.CreateSymbolicLink(Path.Combine(folder.Path, "circle.bin"), "circle.bin");
            Directory.CreateSymbolicLink(Path.Combine(folder.Path, "up"), "..");
            Directory.CreateSymbolicLink(Path.Combine(folder.Path, "same"), ".");
            Assert.Equal(0.5f, Weight("inside.bin"));
            Assert.Equal(0.5f, Weight("same/weights.bin"));
            foreach (string outside in new[] { "outside.bin", "chain.bin", "circle.bin", $"up/{Path.GetFileName(folder.Path)}.bin" })
                Assert.Contains("outside the model's directory", Refusal(outside), StringComparison.Ordinal);
            // A model that lies in a folder behind a link is in that folder.
            Assert.Equal(
                0.5f,
                OnnxImporter.Import(Model("weights.bin"), "m.onnx", Path.Combine(folder.Path, "same")).Program.Statements[0].Weights[0].Tensor.ToFloats()[0]);
        }
        finally
        {
            File.Delete(Path.Combine(folder.Path, "..", Path.GetFileName(folder.Path) + ".bin"));
        }

        float Weight(string location) => OnnxImporter.Import(Model(location), "m.onnx", folder.Path).Program.Statements[0].Weights[0].Tensor.ToFloats()[0];

        string Refusal(string location) => Assert.Throws<OnnxImportException>(() => OnnxImporter.Import(Model(location), "m.onnx", folder.Path)).Message;
    }

    [Theory]
    [InlineData("4", "5", "bytes 4 to 9 of external data 'w.bin', which is 8 bytes long")]
    [InlineData("9", "0", "bytes 9 to 9 of external data 'w.bin'")]
    [InlineData("9223372036854775807", "9223372036854775807", "of external data 'w.bin', which is 8 bytes long")]
    [InlineData("-1", "4", "offset is '-1', not a number")]
    [InlineData("0", "3", "needs 4 bytes, external data 'w.bin' has 3")]
    public void The_place_in_external_data_is_checked(string offset, string length, string expected)
    {
        using var folder = new GradCam.Tests.TemporaryFolder();
        folder.Write("w.bin", new byte[8]);
        byte[] model = new OnnxBuilder().Input("x", 1, 1).Output("y")
            .Add(
                5, Number(1, 1), Number(1, 1), Number(2, 1), Text(8, "w"), Number(14, 1), Entry("location", "w.bin"), Entry("offset", offset),
                Entry("length", length))
            .Node("Gemm", ["x", "w"], ["y"], Int("transB", 1)).ToArray();
        Assert.Contains(
            expected, Assert.Throws<OnnxImportException>(() => OnnxImporter.Import(model, "m.onnx", folder.Path)).Message, StringComparison.Ordinal);

        static byte[] Entry(string key, string value) => Message(13, Text(1, key), Text(2, value));
    }

    [Fact]
    public void What_is_in_a_file_twice_is_what_protobuf_makes_of_it()
    {
        // A graph in two parts is one graph; of a name the last one counts.
        byte[] file =
        [
            .. Number(1, 8), .. Text(2, "first"), .. Text(2, "last"), .. Message(8, Number(2, 3), Number(2, 17)),
            .. Message(7, Message(1, Text(1, "x"), Text(2, "y"), Text(4, "Tanh"), Text(4, "Relu"))),
            .. Message(
                7,
                Message(
                    11, Text(1, "x"), Message(2, Message(1, Number(1, 1), Message(2, Message(1, Number(1, 1))))),
                    Message(2, Message(1, Message(2, Message(1, Number(1, 4))))))),
            .. Message(7, Message(12, Text(1, "y"))),
        ];
        ImportedNetwork network = OnnxImporter.Import(file, "twice.onnx", null);
        Assert.StartsWith("# Made from twice.onnx (opset 17, last).\n", network.Spec, StringComparison.Ordinal);
        Assert.Contains("input 4x1x1\n", network.Spec, StringComparison.Ordinal);
        Assert.Equal(["y: relu"], Lines(network));
    }

    [Theory]
    [InlineData("a b\u0085c\u2028d\u2029e", "a b_c_d_e")]
    [InlineData("say \"hello\\\"", "say _hello__")]
    [InlineData("\u202Eright to left\uFEFF", "_right to left_")]
    [InlineData(" # no comment ", "# no comment")]
    [InlineData("a/\uD83D\uDE00", "a/😀")]
    public void A_name_is_one_that_a_label_can_have(string name, string expected)
    {
        string[] statements = Statements(
            new OnnxBuilder().Input("x", 1, 3, 4, 4).Output("y").Node("Relu", ["x"], [name]).Node("GlobalAveragePool", [name], ["y"]));
        Assert.Equal($"\"{expected}\": relu", statements[0]);
    }

    private static string[] Statements(OnnxBuilder builder) => Lines(OnnxImporter.Import(builder.ToArray(), "test.onnx", null));

    private static string[] Lines(ImportedNetwork network) =>
        [
            .. network.Spec.Split('\n').SkipWhile(line => line.Length > 0).Where(line => line.Length > 0)
                .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
}
