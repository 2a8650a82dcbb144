using System.Diagnostics;
using System.Globalization;

namespace GradCam.Samples.Tests;

/// <summary>A sample run as users run it: a process of its own, with its streams redirected.</summary>
internal sealed class ProgramRun : IDisposable
{
    private readonly Process _process;
    private bool _isClosed;

    /// <summary>Starts it.</summary>
    /// <param name="assembly">The program's name.</param>
    /// <param name="folder">The current folder.</param>
    /// <param name="arguments">What is typed.</param>
    public ProgramRun(string assembly, string folder, params string[] arguments)
        // What makes other programs write colours into pipes.
        : this(
            new ProcessStartInfo(Dotnet, [Path.Combine(AppContext.BaseDirectory, assembly + ".dll"), .. arguments])
            {
                Environment = { ["GITHUB_ACTIONS"] = "true" },
            },
            folder)
    {
    }

    private ProgramRun(ProcessStartInfo start, string folder)
    {
        start.WorkingDirectory = folder;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.Environment["TERM"] = "xterm-256color";
        start.Environment["COLUMNS"] = "80";
        _process = Process.Start(start)!;
    }

    /// <summary>What gives a program a terminal; both of its streams are its output then.</summary>
    public const string Terminal = "/usr/bin/script";

    /// <summary>Starts it on a terminal.</summary>
    public static ProgramRun OnTerminal(string assembly, string folder, params string[] arguments)
    {
        string[] words = [Dotnet, Path.Combine(AppContext.BaseDirectory, assembly + ".dll"), .. arguments];
        string command = string.Join(' ', words.Select(word => $"'{word}'"));
        var start = new ProcessStartInfo(Terminal, ["--quiet", "--return", "--command", command, "/dev/null"]);
        // On a build server, by whose variables it is known, a terminal is treated as none.
        foreach (string name in start.Environment.Keys.Where(name => !IsNeeded(name)).ToList())
            start.Environment.Remove(name);
        return new ProgramRun(start, folder);

        static bool IsNeeded(string name) => name is "PATH" or "HOME" or "TMPDIR" || name.StartsWith("DOTNET_", StringComparison.Ordinal);
    }

    public static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    public StreamReader Output => _process.StandardOutput;

    /// <summary>Stops reading, as `head` does.</summary>
    public void CloseOutput()
    {
        Output.Close();
        _isClosed = true;
    }

    public StreamReader Errors => _process.StandardError;

    /// <summary>True where a signal can be sent, and whoever started the tests did not have it ignored.</summary>
    public static bool CanSend(string signal)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        string mask = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))["SigIgn:".Length..].Trim();
        int number = signal == "INT" ? 2 : 15;
        return (ulong.Parse(mask, NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (number - 1) & 1) == 0;
    }

    public void Signal(string signal)
    {
        using Process kill = Process.Start("kill", ["-" + signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Waits for the end; a program that does not end fails the test.</summary>
    /// <returns>The exit code, and what was printed and not yet read.</returns>
    public (int Code, string Output, string Errors) End()
    {
        Task<string> errors = Errors.ReadToEndAsync();
        Task<string> output = _isClosed ? Task.FromResult("") : Output.ReadToEndAsync();
        Assert.True(_process.WaitForExit(60_000), "the program does not end");
        return (_process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
