using System.Text.RegularExpressions;
using GradCam.Gen.Diagnostics;
using GradCam.Gen.Tests.Harness;

namespace GradCam.Gen.Tests.Diagnostics;

/// <summary>Every diagnostic, with its message and its place: line and column from 1, as compilers print them.</summary>
public sealed class DiagnosticTests
{
    [Fact]
    public void No_problem_gives_no_diagnostic()
    {
        GeneratorRun run = Specs.With().Run();

        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CompilerDiagnostics);
    }

    [Theory]
    [InlineData("class Net;", "(3,7)-(3,10) GCG0001: 'Net' must be partial: the network is generated as another part of it")]
    [InlineData("static partial class Net { }", "(3,22)-(3,25) GCG0026: 'Net' cannot be a network: it is static")]
    [InlineData("abstract partial class Net;", "(3,24)-(3,27) GCG0026: 'Net' cannot be a network: it is abstract")]
    [InlineData("partial class Net<T>;", "(3,15)-(3,18) GCG0026: 'Net' cannot be a network: it is generic")]
    [InlineData("partial record Net;", "(3,16)-(3,19) GCG0026: 'Net' cannot be a network: it is a record")]
    [InlineData("partial class Session;", "(3,15)-(3,22) GCG0026: 'Session' cannot be a network: it is named like a member of every network")]
    [InlineData("file partial class Net;", "(3,20)-(3,23) GCG0026: 'Net' cannot be a network: it is local to its file")]
    [InlineData("partial class Net { public Net() { } }", "(3,15)-(3,18) GCG0026: 'Net' cannot be a network: it has a constructor of its own; Load makes it")]
    [InlineData("partial class Net(int x);", "(3,15)-(3,18) GCG0026: 'Net' cannot be a network: it has a constructor of its own; Load makes it")]
    [InlineData(
        "partial class Net { public required int X { get; init; } }",
        "(3,15)-(3,18) GCG0026: 'Net' cannot be a network: its member 'X' is required, and Load does not know it")]
    [InlineData(
        "partial class Net { public void Dispose() { } }",
        "(3,15)-(3,18) GCG0026: 'Net' cannot be a network: it has a 'Dispose' of its own, which every network has")]
    [InlineData("partial class Net { enum Class; }", "(3,15)-(3,18) GCG0026: 'Net' cannot be a network: it has a 'Class' of its own, which every network has")]
    public void The_class_must_be_one_that_can_be_extended(string declaration, string expected)
    {
        GeneratorRun run = Specs.With(source: Specs.Source.Replace("partial class Net;", declaration, StringComparison.Ordinal)).Run();

        Assert.Equal([expected], run.Diagnostics);
        Assert.Empty(run.Result.GeneratedSources);
    }

    [Theory]
    [InlineData("class Outer", "(5,19)-(5,22) GCG0001: 'Outer' must be partial: the network is generated as another part of it")]
    [InlineData("partial class Outer<T>", "(5,19)-(5,22) GCG0026: 'Net' cannot be a network: it is nested in the generic type 'Outer'")]
    [InlineData("partial record struct Outer", null)]
    [InlineData("partial interface Outer", null)]
    public void The_classes_around_it_as_well(string outer, string? expected)
    {
        GeneratorRun run = Specs.With(source: outer + "\n{\n" + Indent(Specs.Source) + "\n}").Run();

        Assert.Equal(expected is null ? [] : [expected], run.Diagnostics);
        if (expected is null)
            Assert.Empty(run.CompilerDiagnostics);
    }

    [Theory]
    [InlineData("b.net", "(1,18)-(1,25) GCG0002: The project has no net spec 'b.net'. Did you mean '/project/a.net'?")]
    [InlineData("networks/other.net",
        "(1,18)-(1,38) GCG0002: The project has no net spec 'networks/other.net'. Add <NetworkSpec Include=\"networks/other.net\" /> to the project.")]
    [InlineData("nets/a.net", "(1,18)-(1,30) GCG0002: The project has no net spec 'nets/a.net'. Did you mean '/project/a.net'?")]
    [InlineData("a.txt",
        "(1,18)-(1,25) GCG0002: The project has no net spec 'a.txt'. A spec is the path of a .net or an .onnx file, or a net spec of several lines.")]
    [InlineData("a.onnx", "(1,18)-(1,26) GCG0002: The project has no net spec 'a.onnx'. Add <NetworkOnnx Include=\"a.onnx\" /> to the project.")]
    public void Gcg0002_the_spec_is_missing(string path, string expected) =>
        Assert.Equal([expected], Specs.With(source: Specs.Source.Replace("a.net", path, StringComparison.Ordinal)).Run().Diagnostics);

    [Theory]
    [InlineData("conv1: conv 4 foo", "a.net(2,15)-(2,18) GCG0003: Expected a size such as 3 or 3x3, found 'foo'")]
    [InlineData("conv1: conf 4 3x3", "a.net(2,8)-(2,12) GCG0004: 'conf' is neither an operation nor a block. Did you mean 'conv'?")]
    [InlineData("conv1: conv 4 3x3 strid 1", "a.net(2,19)-(2,24) GCG0005: 'conv' has no argument 'strid'. Did you mean 'stride'?")]
    [InlineData("conv1: conv 4 3x3\nadd conv2", "a.net(3,5)-(3,10) GCG0006: Nothing is named 'conv2' here. Did you mean 'conv1'?")]
    [InlineData("conv1: conv 4 3x3\nconv1: relu", "a.net(3,1)-(3,6) GCG0007: 'conv1' is already defined in line 2")]
    [InlineData("conv1: conv 4 3x3 stride 0", "a.net(2,26)-(2,27) GCG0008: 'stride' of conv: expected numbers from 1 on, found '0'")]
    [InlineData("conv1: conv 4 3x3\nrelu\nadd (in -> c: conv 4 1x1)",
        "a.net(4,5)-(4,26) GCG0009: add: expected 4x6x6 of relu (line 3), found 4x8x8 of c (line 4)")]
    [InlineData("conv1: conv 4 3x3\nb\nblock b { b }", "a.net(4,11)-(4,12) GCG0011: Blocks must not run each other in a circle: b -> b")]
    [InlineData("conv1: b 4\nblock b(c, k) { conv c k }", "a.net(2,1)-(2,11) GCG0012: Arguments of the block 'b': expected 2, found 1")]
    [InlineData("conv1: { }", "a.net(2,8)-(2,11) GCG0023: Expected a statement in the braces of 'conv1' (a block that does nothing is 'identity'), found none")]
    public void In_the_spec(string statements, string expected)
    {
        string spec = Specs.Small.Replace("conv1: conv 4 3x3", statements, StringComparison.Ordinal);

        Assert.Equal([expected], Specs.With(spec: spec).Run().Diagnostics);
        Assert.Equal([expected], Specs.With(spec: spec.Replace("\n", "\r\n", StringComparison.Ordinal)).Run().Diagnostics);
    }

    [Fact]
    public void Gcg0010_sizes_overflow() =>
        Assert.Equal(
            ["a.net(1,1)-(1,24) GCG0010: input is too large: 1x1000000x1000000 = 1000000000000 values"],
            Specs.With(spec: "input 1x1000000x1000000\nconv1: conv 1 1\nfc: linear 3").Run().Diagnostics);

    [Fact]
    public void Gcg0010_upsampling_overflows() =>
        Assert.StartsWith(
            "a.net(3,1)-(3,15) GCG0010: upsample is too large: ",
            Assert.Single(Specs.With(spec: "input 1x8x8\nconv1: conv 4 3x3\nupsample 20000\navgpool global\nfc: linear 3").Run().Diagnostics));

    [Fact]
    public void Gcg0013_the_weights_are_missing()
    {
        const string source = "[GradCam.Network(\"a.net\", Weights = \"b.safetensors\")]\npartial class Net;";

        Assert.Equal(
            ["(1,37)-(1,52) GCG0013: The project has no weight file 'b.safetensors'. Did you mean 'a.safetensors'?"],
            Specs.With(source: source).Run().Diagnostics);
        Assert.Equal(
            [
                "(1,37)-(1,44) GCG0013: The project has no weight file 'b.pth'. Weights are a .safetensors file. " +
                "In Python: safetensors.torch.save_file(torch.load(\"b.pth\", weights_only=True), \"b.safetensors\").",
            ],
            Specs.With(source: source.Replace("b.safetensors", "b.pth", StringComparison.Ordinal)).Run().Diagnostics);
    }

    [Fact]
    public void Gcg0014_a_tensor_is_missing() =>
        Assert.Equal(
            [
                "a.net(2,1)-(2,18) GCG0014: 'a.safetensors' has no tensor 'conv1.bias', which conv1 reads. If the layer has no bias, say 'bias off'.",
                "a.net(5,1)-(5,13) GCG0014: 'a.safetensors' has no tensor 'fc.weight', which fc reads. Did you mean 'fc.wieght'?",
            ],
            Specs.With(manifest: Specs.ManifestOf("F32 [4,1,3,3] conv1.weight", "F32 [3,4] fc.wieght", "F32 [3] fc.bias")).Run().Diagnostics);

    [Fact]
    public void Gcg0015_a_tensor_is_not_used()
    {
        GeneratorRun run = Specs.With(manifest: Specs.ManifestOf(
            "F32 [4,1,3,3] conv1.weight", "F32 [4] conv1.bias", "F32 [3,4] fc.weight", "F32 [3] fc.bias", "F32 [7] aux.weight", "F32 [7] aux.bias")).Run();

        Assert.Equal(["(1,37)-(1,52) GCG0015: No layer reads the tensor 'aux.weight' of 'a.safetensors' and 1 more"], run.Diagnostics);
        Assert.Contains("RunForward", run.Source(), StringComparison.Ordinal);
        Assert.Empty(run.CompilerDiagnostics);
    }

    [Fact]
    public void Gcg0016_a_tensor_has_the_wrong_shape() =>
        Assert.Equal(
            ["a.net(5,1)-(5,13) GCG0016: The tensor 'fc.weight' of 'a.safetensors' has the wrong shape: expected [3, 4], found [4, 3]"],
            Specs.With(manifest: Specs.Manifest.Replace("[3,4]", "[4,3]", StringComparison.Ordinal)).Run().Diagnostics);

    [Fact]
    public void Gcg0017_a_tensor_has_the_wrong_type() =>
        Assert.Equal(
            ["a.net(5,1)-(5,13) GCG0017: The tensor 'fc.weight' of 'a.safetensors' has the wrong type: expected F32, F16, BF16 or F64, found I8"],
            Specs.With(manifest: Specs.Manifest.Replace("F32 [3,4]", "I8 [3,4]", StringComparison.Ordinal)).Run().Diagnostics);

    [Fact]
    public void Gcg0018_a_layer_is_unknown() =>
        Assert.Equal(
            ["(3,18)-(3,25) GCG0018: The network has no layer 'conv2'. Did you mean 'conv1'?"],
            Specs.With(source: Specs.Source.Replace("partial", "[GradCam.GradCam(\"conv2\")]\npartial", StringComparison.Ordinal)).Run().Diagnostics);

    /// <summary>An exporter's names are nothing like those of a page: the usual layer is named.</summary>
    [Fact]
    public void Gcg0018_says_which_layer_is_usual_where_no_name_is_near() =>
        Assert.Equal(
            ["(3,18)-(3,26) GCG0018: The network has no layer 'layer4'. The usual one is 'conv1' (4x6x6); 'gradcam inspect' lists all."],
            Specs.With(source: Specs.Source.Replace("partial", "[GradCam.GradCam(\"layer4\")]\npartial", StringComparison.Ordinal)).Run().Diagnostics);

    [Theory]
    [InlineData("fc")]
    [InlineData("aside")]
    public void Gcg0019_a_layer_has_no_influence(string layer) =>
        Assert.Equal(
            [$"(2,18)-(2,{20 + layer.Length}) GCG0019: The layer '{layer}' does not influence the output 'fc', so it explains nothing"],
            Specs.With(
                source: Specs.Source.Replace("\"conv1\"", $"\"{layer}\"", StringComparison.Ordinal),
                spec: Specs.Small.Replace("relu\n", "relu\naside: relu6\nfrom conv1\nrelu\n", StringComparison.Ordinal)).Run().Diagnostics);

    [Fact]
    public void Gcg0020_the_class_names_are_too_few() =>
        Assert.Equal(
            ["(1,63)-(1,75) GCG0020: 'labels.txt' has the wrong number of class names: expected 3, one a logit, found 2"],
            Specs.With(labels: "cat\ndog\n\n").Run().Diagnostics);

    [Fact]
    public void Gcg0020_at_the_spec_where_that_names_them() =>
        Assert.Equal(
            ["a.net(6,1)-(6,20) GCG0020: 'labels.txt' has the wrong number of class names: expected 3, one a logit, found 4"],
            Specs.With(
                source: Specs.Source.Replace(", Labels = \"labels.txt\"", "", StringComparison.Ordinal),
                spec: Specs.Small + "labels \"labels.txt\"",
                labels: "cat\ndog\nbird\nfish").Run().Diagnostics);

    [Fact]
    public void Gcg0021_the_class_names_are_missing()
    {
        Assert.Equal(
            ["(1,63)-(1,76) GCG0021: The project has no file of class names 'classes.txt'. Add <NetworkLabels Include=\"classes.txt\" /> to the project."],
            Specs.With(source: Specs.Source.Replace("labels.txt", "classes.txt", StringComparison.Ordinal)).Run().Diagnostics);
        Assert.Equal(
            ["a.net(6,1)-(6,20) GCG0021: The project has no file of class names 'lables.txt'. Did you mean '/project/labels.txt'?"],
            Specs.With(
                source: Specs.Source.Replace(", Labels = \"labels.txt\"", "", StringComparison.Ordinal),
                spec: Specs.Small + "labels \"lables.txt\"").Run().Diagnostics);
    }

    [Fact]
    public void Gcg0022_a_manifest_is_damaged() =>
        Assert.Equal(
            ["(1,37)-(1,52) GCG0022: 'a.safetensors' cannot be read: line 9 of its manifest should be the end, after 5 tensors, but is '4 tensors'"],
            Specs.With(manifest: Specs.Manifest.Replace("tensors 4", "tensors 5", StringComparison.Ordinal)).Run().Diagnostics);

    [Fact]
    public void Gcg0023_the_input_is_missing() =>
        Assert.Equal(
            ["a.net(1,1)-(1,6) GCG0023: Expected an input line such as 'input 3x224x224' at the beginning of the spec, found none"],
            Specs.With(spec: Specs.Small[(Specs.Small.IndexOf('\n', StringComparison.Ordinal) + 1)..]).Run().Diagnostics);

    [Fact]
    public void Gcg0025_a_statement_has_no_effect()
    {
        GeneratorRun run = Specs.With(spec: Specs.Small.Replace("relu\n", "relu\naside: relu6\nfrom conv1\nrelu\n", StringComparison.Ordinal)).Run();

        Assert.Contains("a.net(4,1)-(4,13) GCG0025: 'aside' has no effect on any output and is left out", run.Diagnostics);
        Assert.Contains("RunForward", run.Source(), StringComparison.Ordinal);
    }

    [Fact]
    public void Gcg0027_GradCam_without_Network() =>
        Assert.Equal(
            ["(1,2)-(1,27) GCG0027: [GradCam] needs a [Network] on the same class: 'Net' has none"],
            GeneratorDriverHarness.Of("[GradCam.GradCam(\"layer1\")]\nclass Net;").Run().Diagnostics);

    [Fact]
    public void Gcg0027_a_layer_twice() =>
        Assert.Equal(
            ["(3,18)-(3,25) GCG0027: The layer 'conv1' is named twice"],
            Specs.With(source: Specs.Source.Replace("partial", "[GradCam.GradCam(\"conv1\")]\npartial", StringComparison.Ordinal)).Run().Diagnostics);

    [Theory]
    [InlineData("strok", "(1,63)-(1,70) GCG0028: The network has no output 'strok', but 'fc' and 'stroke'. Did you mean 'stroke'?")]
    [InlineData("conv1", "(1,63)-(1,70) GCG0028: The network has no output 'conv1', but 'fc' and 'stroke'.")]
    [InlineData("", "(1,63)-(1,65) GCG0028: The network has no output '', but 'fc' and 'stroke'.")]
    public void Gcg0028_an_output_is_unknown(string output, string expected)
    {
        string source = $"[GradCam.Network(\"a.net\", Weights = \"a.safetensors\", Output = \"{output}\")]\npartial class Net;";

        Assert.Equal([expected], Specs.With(source: source, spec: TwoOutputs, manifest: TwoOutputsManifest).Run().Diagnostics);
    }

    [Fact]
    public void Gcg0028_of_an_inline_spec_and_of_an_onnx_file()
    {
        const string inline = "[GradCam.Network(@\"input 1x8x8\nmaxpool global\nfc: linear 3\", Output = \"ff\")]\npartial class Net;";
        GeneratorRun onnx = GeneratorDriverHarness.Of(
            "[GradCam.Network(\"b.onnx\", Output = \"\" + \"x\")]\npartial class Net;",
            ("obj/gradcam/b.onnx.net", TwoOutputs),
            ("obj/gradcam/b.onnx.safetensors.manifest", TwoOutputsManifest.Replace("a.safetensors", "b.onnx.safetensors", StringComparison.Ordinal))).Run();

        Assert.Equal(
            ["(3,25)-(3,29) GCG0028: The network has no output 'ff', but 'fc' alone. Did you mean 'fc'?"], GeneratorDriverHarness.Of(inline).Run().Diagnostics);
        Assert.Equal(["(1,37)-(1,45) GCG0028: The network has no output 'x', but 'fc' and 'stroke'."], onnx.Diagnostics);
    }

    [Theory]
    [InlineData("", "a.net(4,1)-(4,20) GCG0020: 'labels.txt' has the wrong number of class names: expected 3, one a logit, found 2")]
    [InlineData(", Output = \"fc\"", "a.net(4,1)-(4,20) GCG0020: 'labels.txt' has the wrong number of class names: expected 3, one a logit, found 2")]
    [InlineData(", Output = \"stroke\"", null)]
    [InlineData(", Output = \"stroke\", Labels = \"labels.txt\"", null)]
    public void The_class_names_are_those_of_the_output_that_is_explained(string choice, string? expected)
    {
        string source = $"[GradCam.Network(\"a.net\"{choice})]\npartial class Net;";
        string spec = TwoOutputs.Replace("output stroke\n", "output stroke\nlabels \"labels.txt\"\n", StringComparison.Ordinal);
        GeneratorRun run = Specs.With(source: source, spec: spec, labels: "thin\nthick\n").Run();

        Assert.Equal(expected is null ? [] : [expected], run.Diagnostics);
        Assert.Equal(choice.Contains("Labels", StringComparison.Ordinal) || expected is not null, run.Source().Contains("Thick = 1", StringComparison.Ordinal));
        if (expected is null)
            Assert.Contains("ClassCount = 2;", run.Source(), StringComparison.Ordinal);
    }

    [Fact]
    public void Gcg0031_a_layer_of_another_output()
    {
        const string source = "[GradCam.Network(\"a.net\", Output = \"stroke\")]\n[GradCam.GradCam(\"last\")]\npartial class Net;";

        Assert.Equal(
            [
                "(2,18)-(2,24) GCG0031: The layer 'last' does not influence the output 'stroke', whose classes are explained: targets of 'fc' alone can be " +
                "explained there"],
            Specs.With(source: source, spec: TwoOutputs).WithAllWarnings().Run().Diagnostics.Where(line => line.Contains("GCG0031", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(1, "image gray (0 to 1); image gray mean 0.5 std 0.5 (-1 to 1); image gray scale 1 (0 to 255); ")]
    [InlineData(3,
        "image rgb (0 to 1); image rgb mean 0.5 0.5 0.5 std 0.5 0.5 0.5 (-1 to 1); image rgb scale 1 (0 to 255); "
        + "image rgb resize 256 crop 224 mean 0.485 0.456 0.406 std 0.229 0.224 0.225 (torchvision, ImageNet); "
        + "image bgr scale 1 mean 103.939 116.779 123.68 (Caffe); ")]
    public void Gcg0040_nobody_states_the_preprocessing(int channels, string lines)
    {
        string spec = Specs.Small.Replace("input 1", $"input {channels}", StringComparison.Ordinal);
        string manifest = Specs.Manifest.Replace("[4,1,", $"[4,{channels},", StringComparison.Ordinal);
        GeneratorRun run = Specs.With(spec: spec, manifest: manifest).WithAllWarnings().Run();

        Assert.Equal(
            ["a.net(1,1)-(1,12) GCG0040: Nothing says how a photo becomes the input, so pixels are scaled to 0 to 1. Add one of the lines: "
                + lines + "image none (it is given tensors, no photos)."],
            run.Diagnostics);
        Assert.Contains("PreprocessingOrigin = global::GradCam.PreprocessingOrigin.Assumed,", run.Source(), StringComparison.Ordinal);
        Assert.Contains(
            "/// Nothing says how a photo becomes the input: pixels are scaled to 0 to 1, which is a guess.", run.Source(), StringComparison.Ordinal);
        Assert.Empty(run.CompilerDiagnostics);
    }

    [Theory]
    [InlineData("image gray", false)]
    [InlineData("image gray mean 0.5 std 0.5", false)]
    [InlineData("image none", true)]
    public void Gcg0040_a_line_states_it(string line, bool tensorsOnly)
    {
        GeneratorRun run = Specs.With(spec: Specs.Small + line).WithAllWarnings().Run();

        Assert.Empty(run.Diagnostics);
        Assert.Equal(tensorsOnly, run.Source().Contains("PreprocessingOrigin = global::GradCam.PreprocessingOrigin.TensorsOnly,", StringComparison.Ordinal));
        Assert.DoesNotContain("PreprocessingOrigin.Assumed", run.Source(), StringComparison.Ordinal);
        Assert.Empty(run.CompilerDiagnostics);
    }

    [Fact]
    public void Gcg0040_not_where_no_photo_fits() =>
        Assert.Empty(GeneratorDriverHarness
            .Of("[GradCam.Network(@\"input 4x8x8\nmaxpool global\nfc: linear 3\")]\npartial class Net;").WithAllWarnings().Run().Diagnostics);

    [Fact]
    public void Gcg0040_of_an_onnx_file_is_cured_in_the_project()
    {
        GeneratorRun run = GeneratorDriverHarness.Of(
            "[GradCam.Network(\"b.onnx\")]\npartial class Net;",
            ("obj/gradcam/b.onnx.net", Specs.Small),
            ("obj/gradcam/b.onnx.safetensors.manifest", Specs.Manifest.Replace("a.safetensors", "b.onnx.safetensors", StringComparison.Ordinal)))
            .WithAllWarnings().Run();

        Assert.Equal(
            ["(1,18)-(1,26) GCG0040: Nothing says how a photo becomes the input, so pixels are scaled to 0 to 1. "
                + "Add <NetworkOnnx Update=\"b.onnx\" Image=\"…\" /> in the project with one of: gray (0 to 1); gray mean 0.5 std 0.5 (-1 to 1); gray scale " +
                    "1 (0 to 255); "
                + "none (it is given tensors, no photos)."],
            run.Diagnostics);
    }

    [Theory]
    [InlineData("pooled", "The layer 'pooled' is 4x1x1: a heatmap of one pixel says nothing of where. Name a map before it, such as 'map' (4x6x6).")]
    [InlineData("hidden", "The layer 'hidden' is 2x1x1: a heatmap of one pixel says nothing of where. Name a map before it, such as 'map' (4x6x6).")]
    [InlineData("map", null)]
    [InlineData("rows", null)]
    public void Gcg0041_a_layer_of_one_pixel(string layer, string? message)
    {
        const string spec =
            "input 1x8x8\nimage none\nconv1: conv 4 3x3\nmap: relu\nrows: avgpool 1x6\npooled: avgpool 6x1\nhidden: linear 2\nrelu\nfc: linear 3";
        string source = $"[GradCam.Network(@\"{spec}\")]\n[GradCam.GradCam(\"input\")]\n[GradCam.GradCam(\"{layer}\")]\npartial class Net;";
        GeneratorRun run = GeneratorDriverHarness.Of(source).WithAllWarnings().Run();

        Assert.Equal(message is null ? [] : [$"(11,18)-(11,{20 + layer.Length}) GCG0041: {message}"], run.Diagnostics);
        Assert.Empty(run.CompilerDiagnostics);
    }

    [Fact]
    public void Gcg0042_two_class_names_for_one_logit()
    {
        string spec = Specs.Small.Replace("linear 3", "linear 1", StringComparison.Ordinal) + "sigmoid";
        string manifest = Specs.Manifest.Replace("[3,4]", "[1,4]", StringComparison.Ordinal).Replace("[3] fc", "[1] fc", StringComparison.Ordinal);

        Assert.Equal(
            ["(1,63)-(1,75) GCG0042: 'labels.txt' has two class names, but the network has one logit, which speaks for one class and against the other. Keep " +
            "the name "
                + "of the class that 1 stands for (in Keras the second, 'dog'); what speaks for 'cat' is explained with counterfactual: true."],
            Specs.With(spec: spec, manifest: manifest, labels: "cat\ndog").Run().Diagnostics);
        GeneratorRun one = Specs.With(spec: spec, manifest: manifest, labels: "dog").Run();
        Assert.Empty(one.Diagnostics);
        Assert.Contains("Dog = 0,", one.Source(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_does_not_cascade()
    {
        const string user =
            """

            static class User
            {
                static int Run(GradCam.ImageView image)
                {
                    using Net net = Net.Load("a.safetensors");
                    using Net.Session session = net.CreateSession();
                    session.Forward(image);
                    var why = session.GradCam(image, Net.Class.Cat, Net.Layer.Conv1);
                    return why.Width + Net.InputHeight * Net.InputWidth * Net.InputChannels + Net.ClassCount;
                }
            }
            """;
        GeneratorRun right = Specs.With(source: Specs.Source + user).Run();
        GeneratorRun wrong = Specs.With(source: Specs.Source + user, spec: Specs.Small.Replace("conv 4", "conf 4", StringComparison.Ordinal)).Run();
        GeneratorRun missing = GeneratorDriverHarness.Of(
            (Specs.Source + user).Replace("Net.Load(\"a.safetensors\")", "Net.LoadEmbedded()", StringComparison.Ordinal), ("labels.txt", Specs.Labels)).Run();

        Assert.Empty(right.Diagnostics);
        Assert.Empty(right.CompilerDiagnostics);
        Assert.Single(wrong.Diagnostics);
        Assert.Empty(wrong.CompilerDiagnostics);
        Assert.Equal(["GCG0002", "GCG0013"], missing.Result.Diagnostics.Select(diagnostic => diagnostic.Id).Order(StringComparer.Ordinal));
        Assert.Empty(missing.CompilerDiagnostics);
    }

    [Fact]
    public void Every_diagnostic_is_documented()
    {
        string page = File.ReadAllText(Repository.File("generator/GradCam.Gen/Diagnostics/README.md"));
        string[] ids = [.. typeof(ProblemId).GetFields().Select(field => (string)field.GetRawConstantValue()!)];

        Assert.NotEmpty(ids);
        foreach (string id in ids)
        {
            Assert.Contains($"\n## {id}\n", page, StringComparison.Ordinal);
            Assert.EndsWith("README.md#" + id.ToLowerInvariant(), Descriptors.Find(id).HelpLinkUri, StringComparison.Ordinal);
        }
        Assert.Equal(ids.Order(StringComparer.Ordinal), Descriptors.All.Keys.Order(StringComparer.Ordinal));
    }

    private static readonly string[] SourceFolders = ["generator", "runtime"];

    [Fact]
    public void Every_id_in_the_sources_has_a_page_and_a_line_in_the_table()
    {
        string page = File.ReadAllText(Repository.File("generator/GradCam.Gen/Diagnostics/README.md"));
        string[] sources =
        [
            .. SourceFolders.SelectMany(folder => Directory.EnumerateFiles(Repository.File(folder), "*", SearchOption.AllDirectories))
                .Where(
                    path => Path.GetExtension(path) is ".cs" or ".targets" or ".props"
                        && !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)),
        ];
        string[] ids = [
            .. sources.SelectMany(path => Regex.Matches(File.ReadAllText(path), "\"(GCG[0-9]{4})\"")).Select(match => match.Groups[1].Value).Distinct()];

        Assert.Contains("GCG0001", ids);
        Assert.Contains("GCG1004", ids);
        Assert.All(ids, id =>
        {
            Assert.Matches($"\n## {id}\n[^#\n].{{20,}}", page);
            Assert.Contains($"\n| [{id}](#{id.ToLowerInvariant()}) | ", page, StringComparison.Ordinal);
        });
        // And no page is left of an id that is gone.
        Assert.Equal(
            ids.Order(StringComparer.Ordinal),
            Regex.Matches(page, "\n## (GCG[0-9]{4})\n").Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    private const string TwoOutputs =
        """
        input 1x8x8
        output fc
        output stroke
        conv1: conv 4 3x3
        pooled: avgpool global
        stroke: linear 2
        from conv1
        last: relu
        avgpool global
        fc: linear 3
        """;

    private static readonly string TwoOutputsManifest = Specs.ManifestOf(
        "F32 [4,1,3,3] conv1.weight", "F32 [4] conv1.bias", "F32 [2,4] stroke.weight", "F32 [2] stroke.bias", "F32 [3,4] fc.weight", "F32 [3] fc.bias");

    private static string Indent(string text) => "    " + text.Replace("\n", "\n    ", StringComparison.Ordinal);

}
