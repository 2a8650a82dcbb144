using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace GradCam.Aot.Tests;

/// <summary>A sample, published ahead of time into a folder of its own.</summary>
internal sealed class Publication : IDisposable
{
    /// <summary>Set to 1, it makes these tests run: each publishes, which takes a minute or more.</summary>
    public const string Switch = "GRADCAM_AOT";

    private readonly string _folder = Directory.CreateTempSubdirectory("gradcam-aot").FullName;

    private Publication()
    {
    }

    public static string Repository { get; } =
        typeof(Publication).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Repository").Value!;

    /// <summary>What the build printed.</summary>
    public string Log { get; private set; } = "";

    /// <summary>The files, without their folder.</summary>
    public string[] Files => [.. Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_folder, file))];

    /// <summary>Publishes a sample.</summary>
    /// <param name="sample">Its name.</param>
    /// <param name="runtime">For this system and processor.</param>
    /// <param name="properties">Further properties, as -p:Name=Value.</param>
    public static Publication Make(string sample, string runtime, params string[] properties)
    {
        Skip.IfNot(Environment.GetEnvironmentVariable(Switch) == "1", $"Publishing takes minutes: set {Switch}=1.");
        bool isHere = OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64;
        Skip.IfNot(isHere, "The samples are published on Linux with an x64 processor.");
        var publication = new Publication();
        string[] arguments = [
            "publish", Path.Combine(Repository, "samples", sample), "-c", "Release", "-r", runtime, "-o", publication._folder, "-nologo", "-m:1"];
        (int code, publication.Log) = Run("dotnet", [.. arguments, .. properties]);
        Assert.True(code == 0, publication.Log);
        return publication;
    }

    /// <summary>The one file that there is.</summary>
    public FileInfo SingleFile() => new(Path.Combine(_folder, Assert.Single(Files)));

    /// <summary>A path in the folder.</summary>
    public string At(string name) => Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Runs a program.</summary>
    /// <returns>Its exit code, and what it printed.</returns>
    public static (int Code, string Printed) Run(string program, IReadOnlyList<string> arguments, string? input = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> printed = process.StandardOutput.ReadToEndAsync();
        if (input is not null)
        {
            using FileStream file = File.OpenRead(input);
            file.CopyTo(process.StandardInput.BaseStream);
        }

        process.StandardInput.Close();
        process.WaitForExit();
        return (process.ExitCode, errors.Result + printed.Result);
    }
}
