using Spectre.Console;

namespace GradCam.Gen.Tool.Terminal;

/// <summary>Makes consoles that write lines as they are into files and pipes: no line is broken, nothing is cut, no code for a colour.</summary>
internal static class ConsoleFactory
{
    /// <summary>A console.</summary>
    /// <param name="writer">Where it writes.</param>
    public static IAnsiConsole Create(TextWriter writer)
    {
        bool isTerminal = writer == Console.Out && !Console.IsOutputRedirected;
        // https://no-color.org
        bool isPlain = !isTerminal
            || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            || Environment.GetEnvironmentVariable("TERM") == "dumb";
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isPlain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = isPlain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = isPlain ? InteractionSupport.No : InteractionSupport.Detect,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = !isPlain }, // on a build server they turn colours on again
            Out = new AnsiConsoleOutput(writer),
        });
        if (!isTerminal)
            console.Profile.Width = int.MaxValue;
        return console;
    }
}
