using Explain;
using Spectre.Console;
using Terminal;

// Explain with a network of your own: declare it as Photo10.cs does, and name it here.
using var interruption = new Interruption("Stopping after this photo; the same again ends at once.");
IAnsiConsole console = ConsoleFactory.Create(Console.Out, !Console.IsOutputRedirected);
var command = new ExplainCommand(Photo10.Info, () => Photo10.LoadEmbedded(), console);
return interruption.ExitCodeOf(await command.RunAsync(args, Console.Out, Console.Error, interruption.Token));
