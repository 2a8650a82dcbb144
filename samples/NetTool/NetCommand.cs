using System.CommandLine;
using GradCam.Gen.Build.Onnx;
using GradCam.Gen.Export;
using Terminal;

namespace GradCam.NetTool;

/// <summary>The command line: its commands, and what is the same in all of them.</summary>
internal static class NetCommand
{
    private const string Program = "gradcam-net";

    private const string Examples = """
        Examples:
          gradcam-net inspect model.onnx             its layers, and the names that [GradCam] takes
          gradcam-net import model.onnx              model.net and model.safetensors, to read, edit and check in
          gradcam-net export model.net model.safetensors
                                                     model.onnx
          gradcam-net import --help                  the options, examples and exit codes of one command
        """;

    /// <summary>Stands below each command's options.</summary>
    private const string ExitCodes = """

        Exit codes:
          0    done
          1    a file could not be read, used or written, or is there already; the message says why. No file was changed
          2    the command line asks for what there is not (command, option, value)
          130  stopped by Ctrl+C (143: by SIGTERM). No file was changed
        """;

    /// <summary>Parses and runs.</summary>
    /// <param name="arguments">What was typed.</param>
    /// <param name="output">Where results go.</param>
    /// <param name="error">Where messages go.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Net specs, their weights and ONNX files.") { ImportCommand.Create(), InspectCommand.Create(), ExportCommand.Create() };
        HelpWithExamples.AddTo(root, command => ExamplesOf(command) + Environment.NewLine + ExitCodes);
        return new CommandRunner(root, Program).RunAsync(arguments, output, error);
    }

    /// <summary>Runs a command's work; a file that cannot be used is a message and <see cref="ExitCode.Failed"/>.</summary>
    public static int Run(TextWriter error, Action work)
    {
        try
        {
            work();
            return ExitCode.Success;
        }
        catch (Exception exception) when (exception is FileException or SpecException or OnnxImportException)
        {
            error.WriteLine(Printable.Message($"error: {exception.Message}"));
            return ExitCode.Failed;
        }
    }

    private static string ExamplesOf(Command command) => command.Name switch
    {
        ImportCommand.Name => ImportCommand.Examples,
        InspectCommand.Name => InspectCommand.Examples,
        ExportCommand.Name => ExportCommand.Examples,
        _ => Examples,
    };
}
