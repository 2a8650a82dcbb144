using GradCam.Gen.Build.Tests.Onnx;
using GradCam.Tests;

namespace GradCam.Gen.Build.Tests.Builds;

/// <summary>The package, as a user meets it: a project of five lines, a spec, a weight file.</summary>
public sealed class PackageTests : IDisposable
{
    private readonly ThrowawayProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public void A_project_that_references_the_package_builds_and_explains()
    {
        WriteFeed();
        _project.WriteText(
            "app.csproj",
            """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup> <OutputType>Exe</OutputType> <TargetFramework>net10.0</TargetFramework> </PropertyGroup>
              <ItemGroup> <PackageReference Include="GradCam.Gen" Version="0.1.0" /> </ItemGroup>
              <ItemGroup> <NetworkWeights Update="embedded.safetensors" Embed="true" /> <NetworkOnnx Update="small.onnx" Image="none" /> </ItemGroup>
            </Project>
            """);
        _project.WriteText(
            "tiny.net",
            """
            input 1x2x2
            image gray
            conv1: conv 2 1x1 bias off
            features: relu
            avgpool global
            fc: linear 2 bias off
            """);
        _project.WriteText("labels.txt", "bright\ndark\n");
        // conv1 splits the image in its positive and its negative part; each is a class.
        byte[] weights = new SafetensorsBuilder().Add("conv1.weight", [2, 1, 1, 1], 1, -1).Add("fc.weight", [2, 2], 1, 0, 0, 1).Build();
        _project.WriteBytes("tiny.safetensors", weights);
        _project.WriteBytes("embedded.safetensors", weights);
        _project.WriteBytes("small.onnx", OnnxBuilder.Small);
        _project.WriteText(
            "Program.cs",
            """
            using System;
            using System.Globalization;
            using GradCam;

            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            float[] image = [4, 0, 0, -8];
            using (var net = Tiny.Load(options: new CpuOptions { VerifyHash = true }))
            using (var session = net.CreateSession())
            {
                Heatmap bright = session.GradCam(image, TensorLayout.Chw, Tiny.Class.Bright);
                Console.WriteLine(string.Join(" ", session.Logits.ToArray()) + ": " + string.Join(" ", bright.Values.ToArray()));
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
        Assert.Equal(["1 2: 1 0 0 0", "Dark: 0 0 0 1", "5 logits, a map of 4x4"], output.Trim().Split(Environment.NewLine));
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
        WriteFeed();
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
        Assert.Contains("Tiny.cs : error GCG1011: A network is declared here, but the project has the runtime of GradCam.Gen alone", output, StringComparison.Ordinal);
        Assert.Contains("1 Error(s)", output, StringComparison.Ordinal);
    }

    /// <summary>Only the packages that were packed with these tests, and what the machine has already; nothing is left in the user's package folder.</summary>
    private void WriteFeed()
    {
        string feed = Path.Combine(AppContext.BaseDirectory, "feed");
        string cached = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        _project.WriteText(
            "nuget.config",
            $"""
            <configuration>
              <config> <add key="globalPackagesFolder" value="packages" /> </config>
              <packageSources> <clear /> <add key="feed" value="{feed}" /> </packageSources>
              <fallbackPackageFolders> <clear /> <add key="cached" value="{cached}" /> </fallbackPackageFolders>
            </configuration>
            """);
    }
}
