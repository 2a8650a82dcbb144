using GradCam.Tests;

namespace GradCam.Gen.Build.Tests.Builds;

/// <summary>The targets, in real builds.</summary>
public sealed class BuildTests : IDisposable
{
    private const string ManifestPath = "obj/Debug/gradcam/nets/small.pt.safetensors.manifest";

    private static readonly string[] Build = ["build", "--no-restore", "-v:n", "-p:AppendTargetFrameworkToOutputPath=false", "-p:UseSharedCompilation=false"];

    private static readonly string[] Manifests =
        ["msbuild", "-v:n", "-t:GradCamAddManifests", "-p:AppendTargetFrameworkToOutputPath=false"];

    private readonly ThrowawayProject _project = new();

    public BuildTests()
    {
        _project.WriteProject();
        _project.WriteBytes("nets/small.pt.safetensors", HostileFiles.Valid);
        _project.WriteText("x.net", "input 1x1x1");
        _project.WriteText("labels.txt", "cat");
    }

    public void Dispose() => _project.Dispose();

    [Fact]
    public void A_project_builds_once_and_again_only_what_has_changed()
    {
        Succeed("restore");
        string output = Succeed(Build);
        Assert.Contains($"compiler sees: x.net, labels.txt, {ManifestPath}", output, StringComparison.Ordinal);
        Assert.Equal(HostileFiles.Valid, File.ReadAllBytes(_project.Find("bin/Debug/nets/small.pt.safetensors")));
        Assert.StartsWith("gradcam manifest 1\nfile nets/small.pt.safetensors\n", File.ReadAllText(_project.Find(ManifestPath)), StringComparison.Ordinal);
        DateTime manifest = File.GetLastWriteTimeUtc(_project.Find(ManifestPath));
        DateTime assembly = File.GetLastWriteTimeUtc(_project.Find("obj/Debug/app.dll"));

        // Nothing to do; then a touch, which costs a look at the file but no compilation.
        Assert.Contains("Skipping target \"GradCamGenerateManifests\"", Succeed(Build), StringComparison.Ordinal);
        File.SetLastWriteTimeUtc(_project.Find("nets/small.pt.safetensors"), DateTime.UtcNow);
        output = Succeed(Build);
        Assert.DoesNotContain("Skipping target \"GradCamGenerateManifests\"", output, StringComparison.Ordinal);
        Assert.Contains("Skipping target \"CoreCompile\"", output, StringComparison.Ordinal);
        Assert.Equal(manifest, File.GetLastWriteTimeUtc(_project.Find(ManifestPath)));
        Assert.Equal(assembly, File.GetLastWriteTimeUtc(_project.Find("obj/Debug/app.dll")));
        Assert.Contains("Skipping target \"GradCamGenerateManifests\"", Succeed(Manifests), StringComparison.Ordinal);

        // Embedded instead of copied.
        _project.WriteProject("""<NetworkWeights Update="nets/small.pt.safetensors" Embed="true" />""");
        Succeed("clean", "-p:AppendTargetFrameworkToOutputPath=false");
        Assert.False(File.Exists(_project.Find(ManifestPath)));
        Succeed(Build);
        Assert.Contains("\nembedded nets/small.pt.safetensors\n", File.ReadAllText(_project.Find(ManifestPath)), StringComparison.Ordinal);
        Assert.False(File.Exists(_project.Find("bin/Debug/nets/small.pt.safetensors")));
        Assert.Equal("nets/small.pt.safetensors", Succeed("bin/Debug/app.dll").Trim());
    }

    /// <summary>Times that go back are what moving, unpacking and <c>cp -p</c> leave; a file that is gone has none.</summary>
    [Fact]
    public void A_file_that_is_gone_and_one_replaced_by_an_older_one_are_noticed()
    {
        Succeed("restore");
        Succeed(Build);
        File.Delete(_project.Find("x.net"));
        string output = Succeed(Build);
        Assert.DoesNotContain("Skipping target \"CoreCompile\"", output, StringComparison.Ordinal);
        Assert.Contains($"compiler sees: labels.txt, {ManifestPath}", output, StringComparison.Ordinal);

        byte[] other = new SafetensorsBuilder().Add("a", [1], 1).Build();
        File.SetLastWriteTimeUtc(_project.WriteBytes("nets/small.pt.safetensors", other), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        output = Succeed(Build);
        Assert.DoesNotContain("Skipping target \"CoreCompile\"", output, StringComparison.Ordinal);
        Assert.Contains("F32 [1] a\n", File.ReadAllText(_project.Find(ManifestPath)), StringComparison.Ordinal);
        Assert.Equal(other, File.ReadAllBytes(_project.Find("bin/Debug/nets/small.pt.safetensors")));
        Assert.Contains("Skipping target \"CoreCompile\"", Succeed(Build), StringComparison.Ordinal);
    }

    /// <summary>They would be copied again, each time one folder deeper.</summary>
    [Fact]
    public void What_was_built_or_published_into_the_project_is_no_part_of_it()
    {
        _project.WriteBytes("out it's/nets/small.pt.safetensors", HostileFiles.Valid);
        _project.WriteBytes("deploy/small.pt.safetensors", HostileFiles.Valid);
        _project.WriteText("deploy/labels.txt", "cat");
        Assert.Contains("deploy/small.pt.safetensors", Succeed("msbuild", "-getItem:NetworkWeights"), StringComparison.Ordinal);

        string[] remember = ["msbuild", "-t:GradCamRememberOutputs"];
        Succeed([.. remember, "-p:OutDir=out it's/"]);
        Succeed([.. remember, $"-p:PublishDir={_project.Find("deploy")}"]);
        Succeed([.. remember, "-p:PublishDir=../elsewhere"]);
        Succeed(remember);
        string items = Succeed("msbuild", "-getItem:NetworkWeights,NetworkLabels");
        Assert.DoesNotContain("out it", items, StringComparison.Ordinal);
        Assert.DoesNotContain("deploy", items, StringComparison.Ordinal);
        Assert.Contains("nets/small.pt.safetensors", items, StringComparison.Ordinal);
        Assert.Contains("labels.txt", items, StringComparison.Ordinal);
        Assert.DoesNotContain("elsewhere", File.ReadAllText(_project.Find("obj/gradcam.outputs")), StringComparison.Ordinal);
    }

    /// <summary>A model that another library loads is copied beside the application, as the project says.</summary>
    [Fact]
    public void What_the_project_does_with_a_file_besides_it_goes_on_doing()
    {
        _project.WriteText("plain.labels.txt", "cat");
        _project.WriteProject(
            """
            <None Update="labels.txt" CopyToOutputDirectory="PreserveNewest" />
            <AdditionalFiles Include="labels.txt" />
            """);
        string items = Succeed("msbuild", "-getItem:None");
        Assert.Contains("\"Identity\": \"labels.txt\"", items, StringComparison.Ordinal);
        Assert.DoesNotContain("plain.labels.txt", items, StringComparison.Ordinal);
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(Succeed("msbuild", "-getItem:AdditionalFiles"), "\"Identity\": \"labels.txt\""));
    }

    [Fact]
    public void A_damaged_weight_file_is_an_error_in_its_name_and_leaves_no_new_manifest()
    {
        Succeed("restore");
        Succeed(Manifests);
        string before = File.ReadAllText(_project.Find(ManifestPath));
        _project.WriteBytes("nets/small.pt.safetensors", HostileFiles.Valid[..^1]);

        (int exitCode, string output) = _project.Run(Manifests);
        Assert.NotEqual(0, exitCode);
        Assert.Contains(
            "nets/small.pt.safetensors : error GCG1002: truncated in tensor 'fc': expected 50 bytes of data after the header, found 49",
            output,
            StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(_project.Find(ManifestPath)));

        // Not forgotten by the next build; an editor gets a warning and the rest of the project.
        Assert.NotEqual(0, _project.Run(Manifests).ExitCode);
        output = Succeed([.. Manifests, "-p:DesignTimeBuild=true"]);
        Assert.Contains("warning GCG1002", output, StringComparison.Ordinal);

        _project.WriteBytes("nets/small.pt.safetensors", HostileFiles.Valid);
        Succeed(Manifests);
        Assert.Equal([_project.Find(ManifestPath)], Directory.GetFiles(_project.Find("obj/Debug/gradcam/nets")));
    }

    [Fact]
    public void A_file_of_another_format_is_named_with_its_cure()
    {
        _project.WriteText("nets/small.pt.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 46827520\n");
        Succeed("restore");
        (int exitCode, string output) = _project.Run(Manifests);
        Assert.NotEqual(0, exitCode);
        Assert.Contains(
            "nets/small.pt.safetensors : error GCG1005: expected a safetensors file, found a Git LFS pointer instead of the file itself. Fetch it: git lfs " +
            "install",
            output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Files_outside_the_project_and_links_get_a_manifest_inside_obj()
    {
        byte[] other = new SafetensorsBuilder().Add("a", [1], 1).Build();
        _project.WriteBytes("../outside.safetensors", other);
        _project.WriteBytes("../linked.safetensors", other);
        _project.WriteProject(
            """
            <NetworkWeights Include="../outside.safetensors" />
            <NetworkWeights Include="../linked.safetensors" Link="nets\inside.safetensors" />
            <NetworkWeights Include="missing.safetensors" />
            """);
        Succeed("restore");
        (int exitCode, string output) = _project.Run(Manifests);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("missing.safetensors : error GCG1001: cannot be read: ", output, StringComparison.Ordinal);
        Assert.Contains("file ../outside.safetensors", File.ReadAllLines(_project.Find("obj/Debug/gradcam/__/outside.safetensors.manifest")));
        Assert.Contains("file nets/inside.safetensors", File.ReadAllLines(_project.Find("obj/Debug/gradcam/nets/inside.safetensors.manifest")));
    }

    /// <summary>One error that says what is needed, before the compiler has its say.</summary>
    [Theory]
    [InlineData("app.csproj", "netstandard2.0", "error GCG1009: GradCam.Gen needs net10.0 or later, and this project targets netstandard2.0.")]
    [InlineData("app.csproj", "net8.0", "error GCG1009: GradCam.Gen needs net10.0 or later, and this project targets net8.0.")]
    [InlineData("app.fsproj", "net10.0", "error GCG1010: GradCam.Gen generates C#, and this is a project in F#.")]
    [InlineData("app.vbproj", "net10.0", "error GCG1010: GradCam.Gen generates C#, and this is a project in VB.")]
    public void A_project_that_no_network_can_be_built_in_is_told_so(string file, string framework, string expected)
    {
        string project = File.ReadAllText(_project.Find("app.csproj"));
        _project.WriteText(file, project.Replace($">net{Environment.Version.Major}.0<", $">{framework}<", StringComparison.Ordinal));
        (int exitCode, string output) = _project.Run("msbuild", file, "-t:GradCamCheckProject", "-v:n");

        Assert.NotEqual(0, exitCode);
        Assert.Contains($"{file} : {expected}", output, StringComparison.Ordinal);
        Assert.Contains("1 Error(s)", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NetworkWeights", "nets/twice.safetensors")]
    [InlineData("NetworkOnnx", "nets/twice.onnx")]
    public void A_file_that_the_project_has_already_is_told_to_be_updated(string item, string file)
    {
        _project.WriteBytes(file, []);
        _project.WriteProject($"<{item} Include=\"{file}\" Embed=\"true\" />");
        (int exitCode, string output) = _project.Run("msbuild", "-t:GradCamCheckProject", "-v:n");

        Assert.NotEqual(0, exitCode);
        Assert.Contains($"{file} : error GCG1003: the project has this file twice", output, StringComparison.Ordinal);
        Assert.Contains($"write <{item} Update=\"{file}\"", output, StringComparison.Ordinal);
        Assert.Contains("1 Error(s)", output, StringComparison.Ordinal);

        _project.WriteProject($"<{item} Update=\"{file}\" Embed=\"true\" />");
        Succeed("msbuild", "-t:GradCamCheckProject", "-v:n");
    }

    /// <summary>An app would miss the runtime, which the compiler and the loader say in their own words.</summary>
    [Theory]
    [InlineData("Library", "", true)]
    [InlineData("Exe", "", false)]
    [InlineData("Library", "<PackageReference Include=\"GradCam.Runtime\" Version=\"0.1.0\" />", false)]
    public void A_library_that_keeps_the_runtime_to_itself_is_told_so(string output, string other, bool isTold)
    {
        _project.WriteProject($"<PackageReference Include=\"GradCam.Gen\" Version=\"0.1.0\" PrivateAssets=\"All\" />{other}");
        string said = Succeed("msbuild", "-t:GradCamCheckReference", $"-p:OutputType={output}", "-v:n");
        Assert.Equal(isTold, said.Contains("app.csproj : warning GCG1090: ", StringComparison.Ordinal));
    }

    /// <summary>NativeAOT's own choice for x64 has neither AVX2 nor FMA.</summary>
    [Theory]
    [InlineData("x86-64-v3", "-p:PublishAot=true", "-p:RuntimeIdentifier=linux-x64")]
    [InlineData("x86-64-v4", "-p:PublishAot=true", "-p:RuntimeIdentifier=linux-x64", "-p:IlcInstructionSet=x86-64-v4")]
    [InlineData("", "-p:PublishAot=true", "-p:RuntimeIdentifier=linux-arm64")]
    [InlineData("", "-p:RuntimeIdentifier=linux-x64")]
    public void What_is_compiled_ahead_of_time_for_x64_has_wide_vectors(string expected, params string[] properties) =>
        Assert.Equal(expected, Succeed(["msbuild", "-getProperty:IlcInstructionSet", .. properties]).Trim());

    private string Succeed(params string[] arguments)
    {
        (int exitCode, string output) = _project.Run(arguments);
        Assert.True(exitCode == 0, output);
        return output;
    }
}
