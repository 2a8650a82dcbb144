using GradCam.Gen.Tests.Harness;
using Snapshooter.Xunit;

namespace GradCam.Gen.Tests.Emit;

/// <summary>The whole generated code of three small networks, as a reviewer would read it. The files are in __snapshots__.</summary>
public sealed class GeneratedCodeTests
{
    [Fact]
    public void A_plain_network_with_its_spec_in_the_attribute() =>
        Snapshot.Match(Generate(GeneratorDriverHarness.Of(
            """"
            using GradCam;

            namespace Digits;

            [Network("""
                input 1x12x12
                image gray mean 0.5 std 0.5
                conv1: conv 4 3x3
                relu1: relu
                maxpool 2x2
                conv2: conv 8 3x3 pad 1
                tanh
                avgpool global
                fc: linear 3
                """)]
            [GradCam("conv2")]
            public sealed partial class Tiny;
            """")));

    [Fact]
    public void A_residual_network_with_labels_and_weights()
    {
        const string spec =
            """
            input 3x16x16
            image rgb resize 20 crop 16 mean 0.485 0.456 0.406 std 0.229 0.224 0.225
            labels "animals.labels.txt"

            stem: conv 8 3x3 pad 1 bias off
            norm: batchnorm
            relu
            layer1: { 0: basic 8 }
            layer2: { 0: down 16 }
            avgpool global
            fc: linear 3

            block basic(c) {
              conv1: conv c 3x3 pad 1 bias off
              bn1:   batchnorm
              relu
              conv2: conv c 3x3 pad 1 bias off
              bn2:   batchnorm
              add in
              relu
            }
            block down(c) {
              conv1: conv c 3x3 stride 2 pad 1 bias off
              bn1:   batchnorm
              relu
              conv2: conv c 3x3 pad 1 bias off
              bn2:   batchnorm
              add (in -> downsample.0: conv c 1x1 stride 2 bias off -> downsample.1: batchnorm)
              relu
            }
            """;
        string[] tensors =
        [
            "F32 [8,3,3,3] stem.weight", .. BatchNorm("norm", 8),
            "F32 [8,8,3,3] layer1.0.conv1.weight", .. BatchNorm("layer1.0.bn1", 8),
            "F32 [8,8,3,3] layer1.0.conv2.weight", .. BatchNorm("layer1.0.bn2", 8),
            "F32 [16,8,3,3] layer2.0.conv1.weight", .. BatchNorm("layer2.0.bn1", 16),
            "F32 [16,16,3,3] layer2.0.conv2.weight", .. BatchNorm("layer2.0.bn2", 16),
            "F32 [16,8,1,1] layer2.0.downsample.0.weight", .. BatchNorm("layer2.0.downsample.1", 16),
            "F32 [3,16] fc.weight", "F32 [3] fc.bias",
        ];
        string manifest = Specs.ManifestOf(tensors).Replace("file a.safetensors", "file weights/residual.safetensors", StringComparison.Ordinal)
            .Replace("tensors ", "embedded weights/residual.safetensors\ntensors ", StringComparison.Ordinal);

        Snapshot.Match(Generate(GeneratorDriverHarness.Of(
            """
            using GradCam;

            namespace Zoo;

            static partial class Networks
            {
                [Network("residual.net", Weights = "residual.safetensors")]
                [GradCam("layer2")]
                [GradCam("layer1")]
                internal sealed partial class Residual;
            }
            """,
            ("residual.net", spec),
            ("animals.labels.txt", "tabby cat\nGerman shepherd, Alsatian\n3-toed sloth\n"),
            ("obj/gradcam/weights/residual.safetensors.manifest", manifest))));
    }

    [Fact]
    public void A_network_of_branches_gates_and_depthwise_convolutions() =>
        Snapshot.Match(Generate(GeneratorDriverHarness.Of(
            """
            [GradCam.Network("branches.net")]
            [GradCam.GradCam("features")]
            [GradCam.GradCam("input")]
            partial class Branches;
            """,
            ("branches.net",
                """
                input 2x15x15
                features: {
                  0: conv 8 3x3 stride 2 pad same bias off
                  silu
                  1: { dw: conv 8 5x5 pad 2 depthwise    bn: batchnorm eps 1e-3; hardswish }
                  se: mul (-> avgpool global -> fc1: conv 4 1x1 -> relu -> fc2: conv 8 1x1 -> hardsigmoid)
                  mix: concat (in -> branch1: conv 6 1x1 stride 2 -> relu6) (-> maxpool 3x3 stride 1 pad 1)
                  shuffle 2
                }
                head: conv 5 1x1
                relu
                avgpool global
                softmax
                """))));

    /// <summary>A user looks for the label that stands in the spec and in [GradCam], also where it is not the row's first.</summary>
    [Theory]
    [InlineData("layers: { 14: conv 4 3x3    15: batchnorm    16: relu }", "layers.16", "layers.14 layers.15 relu layers.16 ")]
    [InlineData("layers: { 14: conv 4 3x3    15: batchnorm    16: relu }", "layers", "layers.14 layers.15 relu layers.16 = layers ")]
    [InlineData("stem: { conv1: conv 4 3x3    bn1: batchnorm; relu }", "stem", "stem.conv1 bn1 relu = stem ")]
    public void The_table_names_labels_of_fused_layers(string layers, string target, string row)
    {
        string source = Generate(GeneratorDriverHarness.Of(
            $"[GradCam.Network(\"a.net\")]\n[GradCam.GradCam(\"{target}\")]\npartial class Net;",
            ("a.net", $"input 1x12x12\n{layers}\navgpool global\nfc: linear 3\n")));

        Assert.Contains("/// " + row, source, StringComparison.Ordinal);
    }

    private static string[] BatchNorm(string name, int channels) =>
        [
            $"F32 [{channels}] {name}.weight", $"F32 [{channels}] {name}.bias", $"F32 [{channels}] {name}.running_mean", $"F32 [{channels}] {name}.running_var",
            $"I64 [] {name}.num_batches_tracked",
        ];

    private static string Generate(GeneratorDriverHarness harness)
    {
        GeneratorRun run = harness.Run();
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CompilerDiagnostics);
        return run.Source();
    }
}
