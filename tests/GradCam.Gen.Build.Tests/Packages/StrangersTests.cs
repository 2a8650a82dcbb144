using System.Diagnostics;
using System.Text.RegularExpressions;
using GradCam.Gen.Build.Tests.Builds;
using GradCam.Gen.Build.Tests.Onnx;

namespace GradCam.Gen.Build.Tests.Packages;

/// <summary>
/// What takes minutes: the templates, published every way; the tool, installed; builds side by side; packing again, elsewhere. They run where
/// GRADCAM_PACKAGES names the folder that <c>dotnet pack -o</c> filled.
/// </summary>
public sealed partial class StrangersTests : IDisposable
{
    private static readonly string? Packages = Environment.GetEnvironmentVariable("GRADCAM_PACKAGES");

    // The SDK cannot publish to a folder with an apostrophe.
    private readonly ThrowawayProject _project = new("Jürgens Projekte");

    public StrangersTests()
    {
        if (Packages is not null)
            _project.WriteFeed(Path.GetFullPath(Packages), online: true);
    }

    public void Dispose() => _project.Dispose();

    [SkippableTheory]
    [InlineData("single file", "-p:PublishSingleFile=true", "--self-contained")]
    [InlineData("trimmed", "-p:PublishTrimmed=true", "--self-contained")]
    [InlineData("ready to run", "-p:PublishReadyToRun=true")]
    [InlineData("native", "-p:PublishAot=true")]
    public void The_console_template_is_published_without_a_warning_and_explains(string how, params string[] properties)
    {
        New("gradcam", "Why");
        string runtime = System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier;
        string output = Succeed(["publish", "Why", "-r", runtime, "-o", "out", .. properties]);
        Assert.DoesNotContain("warning", output, StringComparison.Ordinal);
        (int exitCode, output) = Execute(_project.Find("out/Why"));
        Assert.True(exitCode == 0, how + output);
        Assert.Matches(@"93\.\d %  cat\n", output);
        Assert.Contains("why.png: what speaks for cat", output, StringComparison.Ordinal);
        Assert.True(new FileInfo(_project.Find("why.png")).Length > 10_000);
        if (how == "single file")
            Assert.False(File.Exists(_project.Find("out/Why.dll")));
    }

    [SkippableFact]
    public async Task The_web_template_explains_a_photo_that_is_sent_to_it()
    {
        New("gradcam-web", "Web");
        Assert.DoesNotContain("warning", Succeed("build", "Web", "-c", "Release"), StringComparison.Ordinal);
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        string app = _project.Find("Web/bin/Release/net10.0/Web.dll");
        using Process server = _project.Start(dotnet, app, "--urls", "http://127.0.0.1:0", "--contentRoot", _project.Find("Web"));
        try
        {
            Match? listening = null;
            while (listening is not { Success: true })
                listening = Address().Match(await server.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server ended."));
            using var client = new HttpClient { BaseAddress = new Uri(listening.Value) };
            Assert.Contains("<html", await client.GetStringAsync(new Uri("/", UriKind.Relative)), StringComparison.Ordinal);

            New("gradcam", "Photo");
            using var photo = new ByteArrayContent(await File.ReadAllBytesAsync(_project.Find("Photo/cat.png")));
            using HttpResponseMessage answer = await client.PostAsync(new Uri("/explain", UriKind.Relative), photo);
            Assert.Equal(("cat", "image/png"), (answer.Headers.GetValues("X-Class").Single(), answer.Content.Headers.ContentType!.MediaType));
            Assert.True((await answer.Content.ReadAsByteArrayAsync()).Length > 10_000);

            using var noPhoto = new ByteArrayContent("no photo"u8.ToArray());
            using HttpResponseMessage refusal = await client.PostAsync(new Uri("/explain", UriKind.Relative), noPhoto);
            Assert.Equal(System.Net.HttpStatusCode.BadRequest, refusal.StatusCode);
            Assert.Contains("the photo: expected a JPEG", await refusal.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
        }
    }

    [SkippableFact]
    public void The_tool_is_installed_with_one_command_and_explains_with_another()
    {
        Require();
        Succeed("tool", "install", "GradCam.Gen.Tool", "--tool-path", "tools", "--version", "0.1.0");
        string gradcam = _project.Find("tools/gradcam");
        (int exitCode, string output) = Execute(gradcam, "explain");
        Assert.True(exitCode == 0, output);
        Assert.Contains("for cat: Grad-CAM at layer3", output, StringComparison.Ordinal);
        Assert.True(File.Exists(_project.Find("chelsea.gradcam.png")));

        _project.WriteBytes("small.onnx", OnnxBuilder.Small);
        New("gradcam", "Photo");
        (exitCode, output) = Execute(gradcam, "explain", "Photo/cat.png", "--model", "small.onnx");
        Assert.True(exitCode == 0, output);
        Assert.True(File.Exists(_project.Find("Photo/cat.gradcam.png")));
    }

    /// <summary>No project file: packages in the program's first lines, the network beside it.</summary>
    [SkippableFact]
    public void A_program_of_one_file_is_run()
    {
        Require();
        _project.WriteBytes("small.onnx", OnnxBuilder.Small);
        _project.WriteText(
            "why.cs",
            """
            #:package GradCam.Gen@0.1.0
            using GradCam;
            using var net = Small.Load();
            using var session = net.CreateSession();
            session.Forward(new float[3 * 8 * 8], TensorLayout.Chw);
            Console.WriteLine($"class {session.GetBest()} of {session.Logits.Length}");

            [Network("small.onnx")]
            [GradCam("silu")]
            sealed partial class Small;
            """);
        Assert.Matches("class [0-4] of 5", Succeed("run", "why.cs"));
    }

    /// <summary>Several projects that share a network's files, built at once; what is cleaned is gone.</summary>
    [SkippableFact]
    public void Projects_that_share_files_are_built_side_by_side_and_cleaned()
    {
        Require();
        _project.WriteBytes("shared/small.onnx", OnnxBuilder.Small);
        for (int i = 0; i < 4; i++)
        {
            _project.WriteText(
                $"app{i}/app{i}.csproj",
                """
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup> <TargetFrameworks>net10.0</TargetFrameworks> </PropertyGroup>
                  <ItemGroup>
                    <PackageReference Include="GradCam.Gen" Version="0.1.0" />
                    <NetworkOnnx Include="../shared/small.onnx" Link="small.onnx" Image="none" />
                  </ItemGroup>
                </Project>
                """);
            _project.WriteText($"app{i}/Small.cs", "using GradCam; [Network(\"small.onnx\")] [GradCam(\"silu\")] public sealed partial class Small;");
        }

        Succeed("new", "sln", "-n", "all", "-f", "sln");
        Succeed(["sln", "all.sln", "add", .. Enumerable.Range(0, 4).Select(i => $"app{i}")]);
        Assert.Contains("0 Warning(s)", Succeed("build", "all.sln", "-m:4"), StringComparison.Ordinal);
        Assert.True(File.Exists(_project.Find("app3/bin/Debug/net10.0/small.onnx.safetensors")));
        Succeed("clean", "all.sln");
        string[] left = [
            .. Directory.GetFiles(_project.Path, "*small*", SearchOption.AllDirectories).Where(file => !file.EndsWith("small.onnx", StringComparison.Ordinal))];
        Assert.Empty(left);
    }

    /// <summary>Who doubts a package packs its commit, wherever his folders are, and compares.</summary>
    [SkippableFact]
    public void Packing_the_same_commit_in_another_folder_gives_equal_files()
    {
        Require();
        string? repository = PackageContentTests.Repository;
        Skip.If(repository is null, "The sources are not in a git repository.");
        string[] packed = [.. Directory.GetFiles(Packages!, "GradCam.*nupkg").Select(Path.GetFileName).Order(StringComparer.Ordinal)!];
        string commit = PackageContentTests.CommitOf(Path.Combine(Packages!, packed.First(name => name.EndsWith(".nupkg", StringComparison.Ordinal))));
        (int exitCode, string output) = Execute("git", "clone", "--quiet", repository, "clone");
        Assert.True(exitCode == 0, output);
        (exitCode, output) = Execute("git", "-C", "clone", "checkout", "--quiet", commit);
        Assert.True(exitCode == 0, output);

        Succeed("pack", "clone", "-o", "again", "--disable-build-servers");
        Assert.Equal(packed, Directory.GetFiles(_project.Find("again")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        string[] different =
            [.. packed.Where(name => !File.ReadAllBytes(Path.Combine(Packages!, name)).SequenceEqual(File.ReadAllBytes(_project.Find($"again/{name}"))))];
        Assert.True(
            different.Length == 0, $"Packed again from {commit} (were there changes that are in no commit?), these differ: {string.Join(", ", different)}");
    }

    private static void Require() => Skip.If(Packages is null, "GRADCAM_PACKAGES names no folder of packages (CONTRIBUTING.md says how).");

    /// <summary>A project from a template of the package.</summary>
    private void New(string template, string name)
    {
        Require();
        // Installed for this test alone.
        string hive = _project.Find("hive");
        if (!Directory.Exists(hive))
            Succeed("new", "install", Path.GetFullPath(Directory.GetFiles(Packages!, "GradCam.Gen.Templates.*.nupkg").Single()), "--debug:custom-hive", hive);
        Succeed("new", template, "-o", name, "--debug:custom-hive", hive);
    }

    private (int ExitCode, string Output) Execute(string program, params string[] arguments)
    {
        using Process process = _project.Start(program, arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    private string Succeed(params string[] arguments)
    {
        (int exitCode, string output) = _project.Run(arguments);
        Assert.True(exitCode == 0, output);
        return output;
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
