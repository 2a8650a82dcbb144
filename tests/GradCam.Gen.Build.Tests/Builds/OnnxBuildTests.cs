using GradCam.Gen.Build.Tests.Onnx;

namespace GradCam.Gen.Build.Tests.Builds;

/// <summary>ONNX files in real builds.</summary>
public sealed class OnnxBuildTests : IDisposable
{
    private const string Spec = "obj/Debug/gradcam/nets/small.onnx.net";
    private const string Weights = "obj/Debug/gradcam/nets/small.onnx.safetensors";

    private static readonly string[] Build = ["build", "--no-restore", "-v:n", "-p:AppendTargetFrameworkToOutputPath=false", "-p:UseSharedCompilation=false"];

    private static readonly string[] Manifests = ["msbuild", "-v:n", "-t:GradCamAddManifests", "-p:AppendTargetFrameworkToOutputPath=false"];

    private readonly ThrowawayProject _project = new();

    public OnnxBuildTests()
    {
        _project.WriteProject();
        _project.WriteBytes("nets/small.onnx", OnnxBuilder.Small);
        Succeed("restore");
    }

    public void Dispose() => _project.Dispose();

    [Fact]
    public void A_file_becomes_a_spec_for_the_compiler_and_weights_beside_the_application_once()
    {
        string output = Succeed(Build);
        Assert.Contains($"compiler sees: {Spec}, {Weights}.manifest", output, StringComparison.Ordinal);
        Assert.Contains("conv: ", File.ReadAllText(_project.Find(Spec)), StringComparison.Ordinal);
        Assert.Contains("file nets/small.onnx.safetensors", File.ReadAllLines(_project.Find(Weights + ".manifest")));
        Assert.Equal(File.ReadAllBytes(_project.Find(Weights)), File.ReadAllBytes(_project.Find("bin/Debug/nets/small.onnx.safetensors")));
        Assert.False(File.Exists(_project.Find("bin/Debug/nets/small.onnx")));

        output = Succeed(Build);
        Assert.Contains("Skipping target \"GradCamImportOnnx\"", output, StringComparison.Ordinal);
        Assert.Contains("Skipping target \"GradCamGenerateManifests\"", output, StringComparison.Ordinal);
        Assert.Contains("Skipping target \"CoreCompile\"", output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_project_adds_is_in_the_spec_and_a_file_that_cannot_be_imported_is_an_error_in_its_name()
    {
        _project.WriteProject("""<NetworkOnnx Update="nets/small.onnx" Image="bgr scale 1" Embed="true" />""");
        Succeed(Manifests);
        Assert.Contains("image bgr scale 1", File.ReadAllLines(_project.Find(Spec)));
        Assert.Contains("embedded nets/small.onnx.safetensors", File.ReadAllLines(_project.Find(Weights + ".manifest")));

        _project.WriteBytes("nets/small.onnx", new OnnxBuilder { Opset = 11 }.Input("x", 1, 1).Output("y").Node("LSTM", ["x"], ["y"]).ToArray());
        (int exitCode, string output) = _project.Run(Manifests);
        Assert.NotEqual(0, exitCode);
        Assert.Contains(
            "nets/small.onnx : error GCG1004: small.onnx: node 'y' (LSTM, opset 11): this operator is not supported", output, StringComparison.Ordinal);
        Assert.Contains(
            "; if no [Network] is made of this file, take it out of the project: <NetworkOnnx Remove=\"nets/small.onnx\" />", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_build_keeps_every_layer_for_the_attribute_to_choose_and_ends_where_the_project_says()
    {
        Succeed(Manifests);
        string[] spec = File.ReadAllLines(_project.Find(Spec));
        Assert.Contains("output fc", spec);
        Assert.Contains(spec, line => line.StartsWith("fc: ", StringComparison.Ordinal) && line.EndsWith("linear 5 # logits", StringComparison.Ordinal));

        _project.WriteProject("""<NetworkOnnx Update="nets/small.onnx" OutputTensor="pooled" />""");
        Succeed(Manifests);
        spec = File.ReadAllLines(_project.Find(Spec));
        Assert.Contains("output pooled", spec);
        Assert.DoesNotContain(spec, line => line.Contains("linear", StringComparison.Ordinal));
    }

    /// <summary>The model, and the file beside it that holds its tensors, which has any name.</summary>
    [Fact]
    public void A_model_replaced_by_an_older_one_and_changed_external_data_are_imported_again()
    {
        var old = new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        Succeed(Manifests);
        File.SetLastWriteTimeUtc(_project.WriteBytes("nets/small.onnx", External()), old);
        _project.WriteBytes("nets/all my weights", [.. BitConverter.GetBytes(2f), .. BitConverter.GetBytes(3f)]);
        Succeed(Manifests);
        Assert.Equal(2f, FirstWeight());
        Assert.Contains("Skipping target \"GradCamImportOnnx\"", Succeed(Manifests), StringComparison.Ordinal);

        string data = _project.WriteBytes("nets/all my weights", [.. BitConverter.GetBytes(4f), .. BitConverter.GetBytes(3f)]);
        Succeed(Manifests);
        Assert.Equal(4f, FirstWeight());
        _project.WriteBytes("nets/all my weights", [.. BitConverter.GetBytes(5f), .. BitConverter.GetBytes(3f)]);
        File.SetLastWriteTimeUtc(data, old);
        Succeed(Manifests);
        Assert.Equal(5f, FirstWeight());
        Assert.Contains("Skipping target \"GradCamImportOnnx\"", Succeed(Manifests), StringComparison.Ordinal);
    }

    /// <summary>A convolution of two output channels, whose weights lie in another file.</summary>
    private static byte[] External() =>
        new OnnxBuilder()
            .Input("image", 1, 1, 4, 4)
            .Output("y")
            .Add(
                5, OnnxBuilder.Number(1, 2), OnnxBuilder.Number(1, 1), OnnxBuilder.Number(1, 1), OnnxBuilder.Number(1, 1), OnnxBuilder.Number(2, 1),
                OnnxBuilder.Text(8, "w"), OnnxBuilder.Message(13, OnnxBuilder.Text(1, "location"), OnnxBuilder.Text(2, "all my weights")),
                OnnxBuilder.Number(14, 1))
            .Node("Conv", ["image", "w"], ["c"])
            .Node("GlobalAveragePool", ["c"], ["p"])
            .Node("Flatten", ["p"], ["y"])
            .ToArray();

    private float FirstWeight() => BitConverter.ToSingle(File.ReadAllBytes(_project.Find(Weights)).AsSpan()[^8..]);

    private string Succeed(params string[] arguments)
    {
        (int exitCode, string output) = _project.Run(arguments);
        Assert.True(exitCode == 0, output);
        return output;
    }
}
