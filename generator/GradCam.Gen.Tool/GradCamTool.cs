using System.CommandLine;
using GradCam.Gen.Build.Onnx;
using GradCam.Gen.Export;
using GradCam.Gen.Tool.Commands;
using GradCam.Gen.Tool.Explain;
using GradCam.Gen.Tool.Files;
using GradCam.Gen.Tool.Networks;
using GradCam.Gen.Tool.Terminal;

namespace GradCam.Gen.Tool;

/// <summary>The command line: its commands, and what is the same in all of them.</summary>
internal sealed class GradCamTool
{
    private const string Program = "gradcam";

    /// <summary>The option of the class names where --labels says what photos show.</summary>
    private const string ClassNames = "--class-names";

    private const string Help = """
        Examples:
          gradcam explain cat.jpg                    with the network in the tool: cat.gradcam.png
          gradcam explain cat.jpg --model model.onnx
                                                     with a network of your own
          gradcam compare cat.jpg                    all methods on one sheet: cat.compare.gradcam.png
          gradcam evaluate holiday --labels labels.csv
                                                     which method is right, measured
          gradcam advise holiday                     which layer and method to compile
          gradcam inspect model.onnx                 its layers, and the names that [GradCam] takes
          gradcam import model.onnx                  model.net and model.safetensors, to read, edit and check in
          gradcam export model.net model.safetensors
                                                     model.onnx
          gradcam import --help                      the options, examples and exit codes of one command
        """;

    /// <summary>Of the commands that read and write networks' files.</summary>
    private const string ExitCodes = """

        Exit codes:
          0    done
          1    a file could not be read, used or written, or is there already; the message says why. No file was changed
          2    the command line asks for what there is not (command, option, value)
          130  stopped by Ctrl+C (143: by SIGTERM). No file was changed
        """;

    private readonly IReadOnlyList<ToolCommand> _commands =
    [
        ExplainCommand.CreateFor(Networks(), Program, new GpuDevices()),
        CompareCommand.CreateFor(Networks()),
        EvaluateCommand.CreateFor(Networks(ClassNames)),
        AdviseCommand.CreateFor(Networks(ClassNames)),
        VerifyCommand.CreateFor(Networks()),
        new(InspectCommand.Create(), InspectCommand.Examples + ExitCodes),
        new(ImportCommand.Create(), ImportCommand.Examples + ExitCodes),
        new(ExportCommand.Create(), ExportCommand.Examples + ExitCodes),
    ];

    /// <summary>What the first Ctrl+C prints; null where it ends the program at once.</summary>
    /// <param name="arguments">What was typed.</param>
    public string? Stopping(string[] arguments) => arguments is [string name, ..] ? Find(name)?.Stopping : null;

    /// <summary>Parses and runs.</summary>
    /// <param name="arguments">What was typed.</param>
    /// <param name="output">Where results go.</param>
    /// <param name="error">Where messages go.</param>
    /// <param name="cancellation">Stops the work at a place that leaves something useful.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error, CancellationToken cancellation = default)
    {
        var root = new RootCommand("Convolutional networks and why they see what they see: photos explained, net specs, weights and ONNX files.");
        foreach (ToolCommand command in _commands)
            root.Add(command.Command);
        HelpWithExamples.AddTo(root, command => Find(command.Name)?.Help ?? Help + Environment.NewLine + ExitCodes);
        return new CommandRunner(root, Program).RunAsync(arguments, output, error, cancellation);
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

    private static AnyNetwork Networks(string classNames = "--labels") => new(new BuiltInNetwork<Photo10>(Photo10.LoadEmbedded), classNames);

    private ToolCommand? Find(string name) => _commands.FirstOrDefault(command => command.Command.Name == name);
}
