using Explain;
using Spectre.Console;
using Terminal;

// Explain with a network of your own: name it here, and in a class like Photo10Explainer.
using var interruption = new Interruption("Stopping after this photo; the same again ends at once.");
IAnsiConsole console = ConsoleFactory.Create(Console.Out, !Console.IsOutputRedirected);
var command = new ExplainCommand(Photo10.Info, () => new Photo10Explainer(), console);
return interruption.ExitCodeOf(await command.RunAsync(args, Console.Out, Console.Error, interruption.Token));
