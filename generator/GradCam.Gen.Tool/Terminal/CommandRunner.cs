using System.CommandLine;
using System.CommandLine.Parsing;

namespace GradCam.Gen.Tool.Terminal;

/// <summary>Parses a command line and runs what it says. Whatever goes wrong is a message on the error stream and one of <see cref="ExitCode"/>.</summary>
/// <param name="root">The commands.</param>
/// <param name="program">The program's name, as users type it.</param>
internal sealed class CommandRunner(RootCommand root, string program)
{
    /// <summary>Parses and runs.</summary>
    /// <param name="arguments">What was typed.</param>
    /// <param name="output">Where results go.</param>
    /// <param name="error">Where messages go.</param>
    /// <param name="cancellation">Asks the work to stop where it leaves nothing unfinished.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error, CancellationToken cancellation = default)
    {
        // An @ begins a file's name here, and none with more arguments.
        var parser = new ParserConfiguration { ResponseFileTokenReplacer = null };
        ParseResult result = root.Parse([.. arguments.Select(NotADirective)], parser);
        try
        {
            IReadOnlyList<string> problems = Problems(result);
            if (problems.Count > 0)
                return UsageError(result, problems, error);
            // Signals are the programs' own matter: see Interruption.
            var configuration = new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await result.InvokeAsync(configuration, cancellation);
        }
        catch (UsageException exception)
        {
            return UsageError(result, [exception.Message], error);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Whoever reads and writes files reports that itself: this is the console, on a full disk or closed.
            Messages.TryWrite(error, $"The output could not be written: {exception.Message}");
            return ExitCode.Failed;
        }
        catch (Exception exception)
        {
            Messages.TryWrite(error, $"This is a fault of {program}; please report it with what follows.{Environment.NewLine}{exception}");
            return ExitCode.Fault;
        }
    }

    /// <summary>The parser takes a first argument [2024] for an instruction to itself; it is a folder.</summary>
    private static string NotADirective(string argument) => argument.StartsWith('[') && Path.Exists(argument) ? Path.Combine(".", argument) : argument;

    private static IReadOnlyList<string> Problems(ParseResult result)
    {
        if (result.Action is { ClearsParseErrors: true })
            return [];
        Command command = result.CommandResult.Command;
        // What was not understood throws the rest off: that one message, and not what follows from it.
        foreach (string token in result.CommandResult.Tokens.Select(token => token.Value).Concat(result.UnmatchedTokens))
        {
            if (token.Length > 1 && token.StartsWith('-') && !Path.Exists(token))
            {
                string suggestion = Suggestion.For(token.Split('=', ':')[0], OptionNames(result.CommandResult));
                return [$"There is no option '{token}', and no file of that name.{suggestion}"];
            }
        }
        if (result.UnmatchedTokens.Count > 0)
        {
            string token = result.UnmatchedTokens[0];
            return command.Subcommands.Count > 0
                ? [$"There is no command '{token}'; there are {CommandNames(command)}.{Suggestion.For(token, command.Subcommands.Select(sub => sub.Name))}"]
                : [$"'{token}' is one argument too many."];
        }
        if (command.Subcommands.Count > 0)
            return [$"Name a command: {CommandNames(command)}."];
        return [.. result.Errors.Select(Message).Concat(result.CommandResult.Children.Select(Emptiness).OfType<string>()).Distinct()];
    }

    /// <summary>What nothing was typed for, as where a shell's variable is empty; null where something was.</summary>
    private static string? Emptiness(SymbolResult symbol) => symbol switch
    {
        ArgumentResult argument when argument.Tokens.Any(token => token.Value.Length == 0) => $"The argument {argument.Argument.Name} is empty.",
        OptionResult option when option.Tokens.Any(token => token.Value.Length == 0) => $"{option.Option.Name} is empty.",
        _ => null,
    };

    private static string Message(ParseError error) => error.SymbolResult switch
    {
        ArgumentResult { Tokens: [], Parent: CommandResult } argument => $"The argument {argument.Argument.Name} is missing.",
        ArgumentResult { Parent: OptionResult option } => Emptiness(option) ?? error.Message,
        { } symbol => Emptiness(symbol) ?? error.Message,
        _ => error.Message,
    };

    private static string CommandNames(Command command) => string.Join(", ", command.Subcommands.Select(sub => sub.Name));

    private static IEnumerable<string> OptionNames(CommandResult result)
    {
        IEnumerable<string> own = result.Command.Options.SelectMany(option => option.Aliases.Prepend(option.Name)).Where(name => name.Length > 2);
        return result.Parent is CommandResult parent ? own.Append("--help").Concat(OptionNames(parent)) : own;
    }

    private int UsageError(ParseResult result, IReadOnlyList<string> problems, TextWriter error)
    {
        string command = string.Join(' ', Names(result.CommandResult).Prepend(program));
        Messages.TryWrite(error, string.Join(Environment.NewLine, problems));
        Messages.TryWrite(error, $"Try '{command} --help'.");
        return ExitCode.Usage;

        static IEnumerable<string> Names(CommandResult result) => result.Parent is CommandResult parent ? Names(parent).Append(result.Command.Name) : [];
    }
}
