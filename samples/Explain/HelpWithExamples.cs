using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Explain;

/// <summary>The usual help, then examples and exit codes.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    private const string Text = """
        Examples:
          explain cat.jpg                            the best class, over the photo: cat.gradcam.png
          explain holiday --out why                  every photo of a folder, results in the folder why
          explain cat.jpg --class dog                where the network would see a dog
          explain cat.jpg --class dog --counterfactual
                                                     what speaks against a dog
          explain cat.jpg --layer layer2 --method layercam --colormap inferno --blend heat
                                                     a finer map of an earlier layer
          explain cat.jpg --raw npy                  cat.gradcam.npy as well, for numpy.load

        Exit codes:
          0    every photo was explained
          1    the command line asks for what there is not (option, class, layer, empty folder)
          2    some photos could not be read or written; the others were explained
          3    the network could not be loaded
          130  stopped by Ctrl+C
        """;

    /// <summary>Wider lines are hard to read.</summary>
    private const int WidestLine = 130;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        ArgumentNullException.ThrowIfNull(parseResult);
        help.MaxWidth = Math.Min(help.MaxWidth, WidestLine);
        int result = help.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(Text);
        return result;
    }
}
