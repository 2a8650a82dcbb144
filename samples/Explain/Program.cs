using Explain;
using Spectre.Console;

// Explain with a network of your own: name it here, and in a class like Photo10Explainer.
IAnsiConsole console = AnsiConsole.Console;
if (Console.IsOutputRedirected)
    console.Profile.Width = int.MaxValue; // a file has no margin to break lines at
var command = new ExplainCommand(Photo10.Info, () => new Photo10Explainer(), console);
return await command.RunAsync(args, Console.Out, Console.Error);
