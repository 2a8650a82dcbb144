using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace GradCam.Gen.Tool.Terminal;

/// <summary>The usual help, then a command's examples and exit codes.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    /// <summary>Wider lines are hard to read.</summary>
    private const int WidestLine = 130;

    private readonly HelpAction _help;
    private readonly Func<Command, string> _examples;

    private HelpWithExamples(HelpAction help, Func<Command, string> examples) => (_help, _examples) = (help, examples);

    public override bool ClearsParseErrors => true;

    /// <summary>Gives a program's --help examples.</summary>
    /// <param name="root">The program's root command.</param>
    /// <param name="examples">What stands below a command's options.</param>
    public static void AddTo(RootCommand root, Func<Command, string> examples)
    {
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!, examples);
    }

    public override int Invoke(ParseResult parseResult)
    {
        ArgumentNullException.ThrowIfNull(parseResult);
        _help.MaxWidth = Math.Min(_help.MaxWidth, WidestLine);
        int result = _help.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(_examples(parseResult.CommandResult.Command));
        return result;
    }
}
