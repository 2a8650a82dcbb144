using GradCam.Gen.Build.Tests.Builds;
using GradCam.Gen.Build.Tests.Onnx;
using GradCam.Tests;

namespace GradCam.Gen.Build.Tests.Packages;

/// <summary>The package, as a user meets it: a project of five lines, a spec, a weight file.</summary>
public sealed class PackageTests : IDisposable
{
    private readonly ThrowawayProject _project = new();

    public void Dispose() => _project.Dispose();

    /// <summary>Files beside the app, embedded and from ONNX; two networks of one spec; the version of C# before net10.0's own.</summary>
    [Fact]
    public void A_project_that_references_the_package_builds_and_explains()
    {
        _project.WriteFeed();
        _project.WriteText(
            "app.csproj",
            """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup> <OutputType>Exe</OutputType> <TargetFramework>net10.0</TargetFramework> <LangVersion>13.0</LangVersion> </PropertyGroup>
              <PropertyGroup> <GradCamPackedFiles>false</GradCamPackedFiles> </PropertyGroup>
              <ItemGroup> <PackageReference Include="GradCam.Gen" Version="0.1.0" /> </ItemGroup>
              <ItemGroup> <NetworkWeights Update="embedded.safetensors" Embed="true" /> <NetworkOnnx Update="small.onnx" Image="none" /> </ItemGroup>
            </Project>
            """);
        WriteTiny();
        _project.WriteText("labels.txt", "bright\ndark\n");
        _project.WriteBytes("embedded.safetensors", File.ReadAllBytes(_project.Find("tiny.safetensors")));
        _project.WriteBytes("small.onnx", OnnxBuilder.Small);
        _project.WriteText(
            "Program.cs",
            """
            using System;
            using System.Globalization;
            using GradCam;

            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            float[] image = [4, 0, 0, -8];
            using (var net = Tiny.Load(options: new CpuOptions { VerifyHash = true, PackedFile = "tiny.packed" }))
            using (var session = net.CreateSession())
            {
                Heatmap bright = session.GradCam(image, TensorLayout.Chw, Tiny.Class.Bright);
                Console.WriteLine(string.Join(" ", session.Logits.ToArray()) + ": " + string.Join(" ", bright.Values.ToArray()));
                Console.WriteLine(net.LoadReport.PackedFileReason);
            }
            using (var net = Embedded.LoadEmbedded())
            using (var session = net.CreateSession())
            {
                Heatmap dark = session.GradCam(image, TensorLayout.Chw, Embedded.Class.Dark);
                Console.WriteLine(session.GetBest() + ": " + string.Join(" ", dark.Values.ToArray()));
            }
            using (var net = Small.Load())
            using (var session = net.CreateSession())
            {
                Heatmap map = session.GradCam(new float[3 * 8 * 8], TensorLayout.Chw, 0);
                Console.WriteLine($"{session.Logits.Length} logits, a map of {map.Height}x{map.Width}");
            }

            [Network("tiny.net", Weights = "tiny.safetensors", Labels = "labels.txt")]
            [GradCam("features")]
            sealed partial class Tiny;

            [Network("tiny.net", Weights = "embedded.safetensors", Labels = "labels.txt")]
            [GradCam("features")]
            sealed partial class Embedded;

            [Network("small.onnx")]
            [GradCam("silu")]
            sealed partial class Small;
            """);

        (int exitCode, string output) = _project.Run("build", "-p:UseSharedCompilation=false");
        Assert.True(exitCode == 0, output);
        Assert.Contains("0 Warning(s)", output, StringComparison.Ordinal);
        (exitCode, output) = _project.Run("bin/Debug/net10.0/app.dll");
        Assert.True(exitCode == 0, output);
        Assert.Equal(
            ["1 2: 1 0 0 0", "the app was built with GradCamPackedFiles=false", "Dark: 0 0 0 1", "5 logits, a map of 4x4"],
            output.Trim().Split(Environment.NewLine));
        Assert.False(File.Exists(_project.Find("bin/Debug/net10.0/embedded.safetensors")));

        // A spec that does not fit its weights is an error of the build, with the spec's line.
        _project.WriteText("tiny.net", File.ReadAllText(_project.Find("tiny.net")).Replace("linear 2", "linear 3", StringComparison.Ordinal));
        (exitCode, output) = _project.Run("build", "--no-restore", "-p:UseSharedCompilation=false");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("tiny.net(6,", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_project_with_the_runtime_alone_is_told_what_it_lacks_and_only_where_it_has_a_network()
    {
        _project.WriteFeed();
        _project.WriteText(
            "app.csproj",
            """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup> <TargetFramework>net10.0</TargetFramework> </PropertyGroup>
              <ItemGroup> <PackageReference Include="GradCam.Runtime" Version="0.1.0" /> </ItemGroup>
            </Project>
            """);
        const string network =
            "using GradCam;\n[Network(\"tiny.net\")]\n[GradCam(\"features\")]\npublic partial class Tiny { public static Tiny Make() => Tiny.Load(); }";
        _project.WriteText("Tiny.cs", "// [Network(\"tiny.net\")]\npublic class Tiny { }");
        (int exitCode, string output) = _project.Run("build", "-p:UseSharedCompilation=false");
        Assert.True(exitCode == 0, output);

        _project.WriteText("Tiny.cs", network);
        (exitCode, output) = _project.Run("build", "--no-restore", "-p:UseSharedCompilation=false");
        Assert.NotEqual(0, exitCode);
        Assert.Contains(
            "Tiny.cs : error GCG1011: A network is declared here, but the project has the runtime of GradCam.Gen alone", output, StringComparison.Ordinal);
        Assert.Contains("1 Error(s)", output, StringComparison.Ordinal);
    }

    /// <summary>
    /// A library's weights are copied to whoever references its project. In a package they are missing, which is said; embedded ones are not.
    /// </summary>
    [Fact]
    public void A_library_takes_its_weights_along_or_says_that_it_does_not()
    {
        _project.WriteFeed();
        WriteTiny("lib/");
        _project.WriteText("lib/lib.csproj", Project("<NetworkWeights Update=\"inside.safetensors\" Embed=\"true\" />", "GradCam.Gen"));
        _project.WriteBytes("lib/inside.safetensors", File.ReadAllBytes(_project.Find("lib/tiny.safetensors")));
        _project.WriteText(
            "lib/Networks.cs",
            """
            using GradCam;

            namespace Shared;

            [Network("tiny.net", Weights = "tiny.safetensors")]
            [GradCam("features")]
            public sealed partial class Tiny;

            [Network("tiny.net", Weights = "inside.safetensors")]
            [GradCam("features")]
            public sealed partial class Inside;
            """);
        _project.WriteText(
            "app/app.csproj",
            """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup> <OutputType>Exe</OutputType> <TargetFramework>net10.0</TargetFramework> </PropertyGroup>
              <ItemGroup> <ProjectReference Include="../lib/lib.csproj" /> </ItemGroup>
            </Project>
            """);
        _project.WriteText(
            "app/Program.cs",
            """
            using System;
            using GradCam;
            using Shared;

            foreach (ILoadedNetwork net in new ILoadedNetwork[] { Tiny.Load(), Inside.LoadEmbedded() })
            {
                using NetworkSession session = net.CreateSession();
                session.Forward([4, 0, 0, -8], TensorLayout.Chw);
                Console.WriteLine(session.GetBestIndex());
            }
            """);
        Succeed("build", "app", "-p:UseSharedCompilation=false");
        Assert.Equal(["1", "1"], Succeed("app/bin/Debug/net10.0/app.dll").Trim().Split(Environment.NewLine));
        // The app has the generator's package through the library alone, and yet is compiled ahead of time for a processor of today.
        string instructionSet = Succeed("msbuild", "app", "-getProperty:IlcInstructionSet", "-p:PublishAot=true", "-p:RuntimeIdentifier=linux-x64");
        Assert.Equal("x86-64-v3", instructionSet.Trim());
        string output = Succeed("pack", "lib", "-p:UseSharedCompilation=false");
        Assert.Contains("tiny.safetensors : warning GCG1013: The package does not bring these weights", output, StringComparison.Ordinal);
        Assert.DoesNotContain("inside.safetensors : warning", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_project_that_the_package_is_not_for_is_told_so()
    {
        _project.WriteFeed();
        _project.WriteText("old/app.csproj", Project("", "GradCam.Gen").Replace("net10.0", "net8.0", StringComparison.Ordinal));
        (int exitCode, string output) = _project.Run("restore", "old");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("error NU1202: Package GradCam.Gen 0.1.0 is not compatible with net8.0", output, StringComparison.Ordinal);

        _project.WriteText(
            "fsharp/app.fsproj",
            Project("<PackageReference Update=\"FSharp.Core\" ExcludeAssets=\"all\" />", "GradCam.Gen").Replace(
                "<PropertyGroup>", "<PropertyGroup> <DisableImplicitFSharpCoreReference>true</DisableImplicitFSharpCoreReference>", StringComparison.Ordinal));
        Succeed("restore", "fsharp");
        (exitCode, output) = _project.Run("msbuild", "fsharp", "-t:GradCamCheckProject", "-v:n");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("error GCG1010: GradCam.Gen generates C#, and this is a project in F#.", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Generator_and_runtime_of_two_versions_are_an_error()
    {
        _project.WriteFeed();
        _project.WriteText("app.csproj", Project("", "GradCam.Gen"));
        Succeed("restore");
        Succeed("msbuild", "-t:GradCamCheckProject", "-v:n");
        (int exitCode, string output) = _project.Run("msbuild", "-t:GradCamCheckProject", "-v:n", "-p:GradCamRuntimeVersion=0.0.9");
        Assert.NotEqual(0, exitCode);
        Assert.Contains(
            "app.csproj : error GCG1012: GradCam.Gen 0.1.0 generates code for GradCam.Runtime 0.1.0, and this project has GradCam.Runtime 0.0.9.",
            output,
            StringComparison.Ordinal);
    }

    private static string Project(string items, params string[] packages)
    {
        string references = string.Concat(packages.Select(package => $"<PackageReference Include=\"{package}\" Version=\"0.1.0\" />"));
        return $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup> <TargetFramework>net10.0</TargetFramework> </PropertyGroup>
              <ItemGroup> {references} {items} </ItemGroup>
            </Project>
            """;
    }

    /// <summary>A network whose first layer splits an image of four pixels in its positive and its negative part; each is a class.</summary>
    private void WriteTiny(string folder = "")
    {
        _project.WriteText(
            folder + "tiny.net",
            """
            input 1x2x2
            image gray
            conv1: conv 2 1x1 bias off
            features: relu
            avgpool global
            fc: linear 2 bias off
            """);
        byte[] weights = new SafetensorsBuilder().Add("conv1.weight", [2, 1, 1, 1], 1, -1).Add("fc.weight", [2, 2], 1, 0, 0, 1).Build();
        _project.WriteBytes(folder + "tiny.safetensors", weights);
    }

    private string Succeed(params string[] arguments)
    {
        (int exitCode, string output) = _project.Run(arguments);
        Assert.True(exitCode == 0, output);
        return output;
    }
}
