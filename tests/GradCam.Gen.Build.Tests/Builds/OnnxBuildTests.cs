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

    private string Succeed(params string[] arguments)
    {
        (int exitCode, string output) = _project.Run(arguments);
        Assert.True(exitCode == 0, output);
        return output;
    }
}
