using System.Diagnostics;

namespace GradCam.Benchmarks;

/// <summary>
/// This program once more, in a process of its own: what a process does first, and the most memory that it holds, cannot be measured twice in one.
/// </summary>
internal static class ChildProcess
{
    /// <summary>Runs it to its end.</summary>
    /// <returns>What it wrote.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static string Run(params string[] arguments)
    {
        string path = Environment.ProcessPath!;
        bool isHost = Path.GetFileNameWithoutExtension(path) == "dotnet";
        string[] all = isHost ? ["exec", typeof(ChildProcess).Assembly.Location, .. arguments] : arguments;
        using Process process = Process.Start(new ProcessStartInfo(path, all) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"{string.Join(' ', arguments)}: exit code {process.ExitCode}.");
    }
}
