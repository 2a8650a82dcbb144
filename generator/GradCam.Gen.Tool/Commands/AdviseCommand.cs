using System.CommandLine;
using GradCam.Gen.Tool.Evaluation;
using GradCam.Gen.Tool.Explain;
using GradCam.Gen.Tool.Files;
using GradCam.Gen.Tool.Terminal;
using Spectre.Console;

namespace GradCam.Gen.Tool.Commands;

/// <summary><c>gradcam advise FOLDER</c>: which layer and method to compile.</summary>
internal sealed class AdviseCommand
{
    private const string Help = """
        Examples:
          gradcam advise holiday                     of the classes that the network sees in them
          gradcam advise holiday --labels labels.csv --boxes boxes.csv --model resnet18.onnx
                                                     with boxes, by where the maps are, too

        The last layer of each size of map is tried, the usual one and up to three before it, with each method. What counts is the
        mean place in ROAD, ARCC and, with boxes, energy. RandomCAM, which has random weights, is there to compare with: what is no
        better explains nothing.

        Exit codes:
          0    done
          1    some photos could not be read; the advice is of the others
          2    the command line asks for what there is not (option, empty folder)
          3    the network could not be loaded
          130  stopped by Ctrl+C (143: by SIGTERM)
        """;

    private readonly INetworkSource _networks;
    private readonly EvaluationOptions _options = new("those of one forward and one backward pass");

    private readonly Option<int> _photos = new("--photos")
    {
        Description = "Look at so many photos at most, taken evenly from the folder.",
        HelpName = "N",
        DefaultValueFactory = _ => 50,
        CustomParser = result => OptionValues.Number<int>(result, "a positive number", value => value > 0),
    };

    private AdviseCommand(INetworkSource networks) => _networks = networks;

    /// <summary>Makes the command.</summary>
    /// <param name="networks">The networks that it can take.</param>
    public static ToolCommand CreateFor(INetworkSource networks)
    {
        var advise = new AdviseCommand(networks);
        var command = new Command("advise", "Says which layer and method to compile, by what it measures on the photos of a folder.");
        advise._options.AddTo(command);
        networks.AddTo(command);
        command.Add(advise._photos);
        command.SetAction((result, cancellation) => Task.FromResult(advise.Run(result, cancellation)));
        return new ToolCommand(command, Help, "Stopping; the same again ends at once.");
    }

    private int Run(ParseResult result, CancellationToken cancellation)
    {
        TextWriter errors = result.InvocationConfiguration.Error;
        try
        {
            IReadOnlyList<IExplanationMethod> methods = _options.Methods(result);
            using ChosenNetwork network = _networks.ChooseStages(result, methods.Any(MethodNames.NeedsInputGradient));
            if (network.Note is string note)
                errors.WriteLine(Printable.Name(note));
            return Advise(network, methods, result, cancellation);
        }
        catch (NetworkException exception)
        {
            errors.WriteLine(Printable.Message(exception.Message));
            return ExitCode.Network;
        }
        catch (Exception exception) when (exception is FileException or IOException or UnauthorizedAccessException)
        {
            errors.WriteLine(Printable.Message(exception.Message));
            return ExitCode.Failed;
        }
    }

    private int Advise(ChosenNetwork chosen, IReadOnlyList<IExplanationMethod> methods, ParseResult result, CancellationToken cancellation)
    {
        TextWriter errors = result.InvocationConfiguration.Error;
        IReadOnlyList<LabelledPhoto> all = _options.Photos(result, chosen.Info, cancellation);
        if (cancellation.IsCancellationRequested)
            return ExitCode.Interrupted;
        int count = Math.Min(all.Count, result.GetValue(_photos));
        LabelledPhoto[] photos = [.. Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Count / count)])];
        Metric[] metrics = _options.HasBoxes(result) ? [Metric.Pointing, Metric.Energy, Metric.Road, Metric.Arcc] : [Metric.Road, Metric.Arcc];
        IAnsiConsole console = ConsoleFactory.Create(result.InvocationConfiguration.Output);
        var measured = new List<PhotoScores>();
        using ILoadedNetwork network = chosen.Load(EvaluationRun.Options);
        var run = new EvaluationRun(network, session => new MapMeasurer(session, chosen.Layers, methods, metrics, cancellation));
        bool isDone = new ProgressOf(console, errors).Run(photos.Length, tell => run.Run(photos, photo => Done(photo, measured, errors, tell), cancellation));
        EvaluateCommand.Explain(run, errors);
        if (!isDone)
            return ExitCode.Interrupted;
        IReadOnlyList<MethodMeans> ranked = Advice.Rank(MethodMeans.Of(measured));
        int failed = measured.Count(photo => photo.Error is not null);
        if (ranked.Count == 0)
        {
            errors.WriteLine("No photo could be measured.");
            return ExitCode.Failed;
        }

        MethodTable.Write(ranked, metrics, console);
        foreach (string line in Advice.Lines(ranked))
            result.InvocationConfiguration.Output.WriteLine(Printable.Name(line));
        return failed > 0 ? ExitCode.Failed : ExitCode.Success;
    }

    private static void Done(PhotoScores photo, List<PhotoScores> measured, TextWriter errors, Action tell)
    {
        measured.Add(photo);
        if (photo.Error is string error)
            Messages.TryWrite(errors, error.Contains(photo.Photo, StringComparison.Ordinal) ? error : $"{photo.Photo}: {error}");
        tell();
    }
}
