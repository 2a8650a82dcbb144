using GradCam.Gen.Tests.Harness;
using Microsoft.CodeAnalysis.CSharp;

namespace GradCam.Gen.Tests.Emit;

/// <summary>Generated code compiles without a warning under each version of C# that projects for net10.0 have, the default and the one before it.</summary>
public sealed class LanguageVersionTests
{
    public static TheoryData<LanguageVersion> Versions => [LanguageVersion.CSharp13, LanguageVersion.CSharp14];

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_network_of_all_operations_with_class_names(LanguageVersion version)
    {
        string[] labels = [.. Enumerable.Range(0, AllOperations.LabelCount).Select(i => $"layer{i}")];
        Compile(
            version,
            "[GradCam.Network(\"all.net\", Labels = \"all.txt\")]\n[GradCam.GradCam(\"layer0\", Suffix = true)]\n[GradCam.GradCam(\"input\")]\n" +
            "public sealed partial class All;",
            ("all.net", AllOperations.Network(labels)),
            ("all.txt", "tabby cat\nclass\n3-toed sloth\n"));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Networks_of_the_zoo(LanguageVersion version)
    {
        foreach (string network in new[] { "resnet18", "mobilenet_v3_small", "convnext_tiny" })
        {
            Compile(
                version,
                "namespace Zoo;\n[GradCam.Network(\"zoo.net\")]\n[GradCam.GradCam(\"input\")]\ninternal partial class Net;",
                ("zoo.net", File.ReadAllText(Repository.File($"samples/Zoo/{network}.net"))));
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Several_inputs_and_embedded_weights(LanguageVersion version)
    {
        string manifest = Specs.ManifestOf("F32 [2,2,3,3] features.weight", "F32 [2,2] fc.weight")
            .Replace("tensors ", "embedded a.safetensors\ntensors ", StringComparison.Ordinal);
        Compile(
            version,
            "[GradCam.Network(\"two.net\", Weights = \"a.safetensors\")]\n[GradCam.GradCam(\"features\")]\npublic partial class Two;",
            ("two.net", "input left 1x4x4\ninput right 1x4x4\nconcat left\nfeatures: conv 2 3x3 pad 1 bias off\navgpool global\nfc: linear 2 bias off\n"),
            ("obj/gradcam/a.safetensors.manifest", manifest));
    }

    [Theory]
    [InlineData(LanguageVersion.CSharp12, "12.0")]
    [InlineData(LanguageVersion.CSharp9, "9.0")]
    public void Older_versions_are_one_error_that_says_so(LanguageVersion version, string name)
    {
        var harness = GeneratorDriverHarness.Of(
            "namespace Cats\n{\n    [GradCam.Network(\"a.net\")]\n    public partial class Net\n    {\n    }\n}\n",
            ("a.net", "input 1x4x4\nlinear 2 bias off\n"));
        GeneratorRun run = harness.WithLanguage(version).Run();
        Assert.Equal(
            [
                $"(4,26)-(4,29) GCG0026: 'Net' cannot be a network: the project is C# {name}, and a network is C# 13.0 or later: " +
                "leave LangVersion out of the project, or raise it",
            ],
            run.Diagnostics);
        Assert.Empty(run.CompilerDiagnostics);
    }

    private static void Compile(LanguageVersion version, string source, params (string Path, string Text)[] files)
    {
        GeneratorRun run = GeneratorDriverHarness.Of(source, files).WithLanguage(version).Run();
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CompilerDiagnostics);
        Assert.Equal(version, Assert.IsType<CSharpCompilation>(run.Output).LanguageVersion);
    }
}
