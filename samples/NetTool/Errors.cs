using Spectre.Console;

namespace GradCam.NetTool;

internal static class Errors
{
    /// <summary>Writes a message to the error stream, in red where there are colours.</summary>
    public static void Write(string message)
    {
        IAnsiConsole error = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        error.MarkupLineInterpolated($"[red]error:[/] {message}");
    }
}
