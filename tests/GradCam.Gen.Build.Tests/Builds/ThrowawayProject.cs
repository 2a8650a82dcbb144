using System.Diagnostics;
using GradCam.Tests;

namespace GradCam.Gen.Build.Tests.Builds;

/// <summary>A project in a temporary folder, built by the real <c>dotnet</c>.</summary>
/// <param name="folder">The folder's name. It has a blank, an apostrophe and an umlaut: so have users' folders.</param>
internal sealed class ThrowawayProject(string folder = "it's Jürgen's") : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>The folder.</summary>
    public string Path => Directory.CreateDirectory(System.IO.Path.Combine(_folder.Path, folder)).FullName;

    /// <summary>Makes the project's files.</summary>
    /// <param name="items">Its own items.</param>
    public void WriteProject(string items = "")
    {
        string here = AppContext.BaseDirectory.TrimEnd(System.IO.Path.DirectorySeparatorChar);
        WriteText(
            "app.csproj",
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <Import Project="{here}/build/GradCam.Gen.props" />
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net{Environment.Version.Major}.0</TargetFramework>
                <UseAppHost>false</UseAppHost>
                <GradCamTaskAssembly>{here}/GradCam.Gen.Build.dll</GradCamTaskAssembly>
                <AfterMicrosoftNETSdkTargets>{here}/build/GradCam.Runtime.targets;{here}/build/GradCam.Gen.targets</AfterMicrosoftNETSdkTargets>
              </PropertyGroup>
              <ItemGroup>
                {items}
              </ItemGroup>
              <Target Name="ShowInputs" AfterTargets="CoreCompile">
                <Message Importance="high" Text="compiler sees: @(AdditionalFiles->'%(Identity)', ', ')" />
              </Target>
            </Project>
            """);
        WriteText("Program.cs", "foreach (string name in typeof(Program).Assembly.GetManifestResourceNames()) System.Console.WriteLine(name);");
    }

    /// <summary>
    /// Lets the project find the packages that were packed with these tests, and what the machine has already; nothing is left in the user's package folder.
    /// </summary>
    /// <param name="feed">Another folder of packages.</param>
    /// <param name="online">True to take what else is needed from where this machine takes it.</param>
    public void WriteFeed(string? feed = null, bool online = false)
    {
        feed ??= System.IO.Path.Combine(AppContext.BaseDirectory, "feed");
        string cached = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        WriteText(
            "nuget.config",
            $"""
            <configuration>
              <config> <add key="globalPackagesFolder" value="packages" /> </config>
              <packageSources> {(online ? "" : "<clear />")} <add key="feed" value="{feed}" /> </packageSources>
              <fallbackPackageFolders> <clear /> <add key="cached" value="{cached}" /> </fallbackPackageFolders>
            </configuration>
            """);
    }

    public void WriteText(string name, string text) => WriteBytes(name, System.Text.Encoding.UTF8.GetBytes(text));

    public string WriteBytes(string name, byte[] bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Find(name))!);
        File.WriteAllBytes(Find(name), bytes);
        return Find(name);
    }

    public string Find(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Runs <c>dotnet</c> in the folder. Without node reuse: no process outlives the test.</summary>
    public (int ExitCode, string Output) Run(params string[] arguments)
    {
        using Process process = Start(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    /// <summary>Starts a program in the folder.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    public Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The test runner's own settings are not the project's.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
        return Process.Start(start)!;
    }

    public void Dispose() => _folder.Dispose();
}
