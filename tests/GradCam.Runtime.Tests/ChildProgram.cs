using System.Diagnostics;

namespace GradCam.Runtime.Tests;

/// <summary>A program in a process of its own: .NET reads once which instruction sets it may use.</summary>
internal static class ChildProgram
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="assembly">The program's file.</param>
    /// <param name="environment">Variables that it has besides: <c>NAME=VALUE</c>, with spaces between them.</param>
    /// <param name="limit">A guard against hangs.</param>
    /// <param name="arguments">What it is called with.</param>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    public static (int ExitCode, string Output) Run(string assembly, string environment, TimeSpan limit, params string[] arguments)
    {
        string host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        var start = new ProcessStartInfo(host, ["exec", assembly, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string variable in environment.Split(' '))
            start.Environment[variable.Split('=')[0]] = variable.Split('=')[1];
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{Path.GetFileName(assembly)} with {environment} did not end within {limit}.");
        }

        return (process.ExitCode, output.Result + errors.Result);
    }
}
