using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using GradCam.Gen.Tool.Evaluation;
using GradCam.Gen.Tool.Explain;
using GradCam.Gen.Tool.Files;
using GradCam.Gen.Tool.Terminal;
using Spectre.Console;

namespace GradCam.Gen.Tool.Commands;

/// <summary><c>gradcam evaluate FOLDER</c>: methods by metrics over photos.</summary>
internal sealed class EvaluateCommand
{
    private const string Stopping = "Stopping; the same command goes on where this one was. The same again ends at once.";

    private static readonly string Help = $"""
        Examples:
          gradcam evaluate holiday --labels labels.csv
                                                     means of all metrics: evaluation.csv and evaluation.json
          gradcam evaluate holiday --labels labels.csv --boxes boxes.csv --metrics pointing,energy
                                                     the cheap ones: no forward pass beside the photo's own
          gradcam evaluate holiday --methods gradcam,elementwise --layer layer3,layer2

        Metrics:
        {string.Join(Environment.NewLine, Metric.All.Select(Line))}

        evaluation.journal has each photo as soon as it is done. A run that was stopped or killed goes on by the same command;
        --restart begins anew.

        Exit codes:
          0    every photo was measured
          1    some photos could not be read, or a file not be written; the others were measured
          2    the command line asks for what there is not (option, layer, empty folder)
          3    the network could not be loaded
          130  stopped by Ctrl+C (143: by SIGTERM); the journal has what is done
        """;

    private readonly INetworkSource _networks;
    private readonly EvaluationOptions _options = new("those of one forward and one backward pass");

    private readonly Option<string[]> _layers = new("--layer", "-l")
    {
        Description = "Where to look; several with commas between them. By default the usual layer.",
        HelpName = "NAME,…",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> _metrics = new("--metrics") { Description = "What to measure; by default all that apply.", HelpName = "NAME,…" };

    private readonly Option<string> _out = new("--out", "-o")
    {
        Description = "Where results go, without an extension.",
        HelpName = "PATH",
        DefaultValueFactory = _ => "evaluation",
    };

    private readonly Option<bool> _restart = new("--restart") { Description = "Forget what an earlier run has measured." };

    private EvaluateCommand(INetworkSource networks)
    {
        _networks = networks;
        OptionValues.SomeOf(_metrics, Metric.All.Select(metric => metric.Key));
    }

    /// <summary>Makes the command.</summary>
    /// <param name="networks">The networks that it can take.</param>
    public static ToolCommand CreateFor(INetworkSource networks)
    {
        var evaluate = new EvaluateCommand(networks);
        var command = new Command("evaluate", "Measures how good methods' maps are, over the photos of a folder.");
        evaluate._options.AddTo(command);
        networks.AddTo(command);
        foreach (Option option in new Option[] { evaluate._layers, evaluate._metrics, evaluate._out, evaluate._restart })
            command.Add(option);
        command.SetAction((result, cancellation) => Task.FromResult(evaluate.Run(result, cancellation)));
        return new ToolCommand(command, Help, Stopping);
    }

    private int Run(ParseResult result, CancellationToken cancellation)
    {
        TextWriter errors = result.InvocationConfiguration.Error;
        try
        {
            IReadOnlyList<IExplanationMethod> methods = _options.Methods(result);
            using ChosenNetwork network = _networks.Choose(
                result, OptionValues.Split(result.GetValue(_layers) ?? []), methods.Any(MethodNames.NeedsInputGradient));
            if (network.Note is string note)
                errors.WriteLine(Printable.Name(note));
            return Evaluate(network, methods, result, cancellation);
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

    private int Evaluate(ChosenNetwork chosen, IReadOnlyList<IExplanationMethod> methods, ParseResult result, CancellationToken cancellation)
    {
        TextWriter errors = result.InvocationConfiguration.Error;
        IReadOnlyList<LabelledPhoto> photos = _options.Photos(result, chosen.Info, cancellation);
        if (cancellation.IsCancellationRequested)
            return ExitCode.Interrupted;
        string[] named = OptionValues.Split(result.GetValue(_metrics) ?? []);
        Metric[] metrics = [
            .. Metric.All.Where(
                metric => named.Length > 0 ? named.Contains(metric.Key, StringComparer.OrdinalIgnoreCase) : !metric.NeedsBoxes || _options.HasBoxes(result))];
        if (metrics.FirstOrDefault(metric => metric.NeedsBoxes) is { } needsBoxes && !_options.HasBoxes(result))
            throw new UsageException($"--metrics: {needsBoxes} is measured with boxes: name them with --boxes.");

        string path = result.GetValue(_out)!;
        using Journal journal = Journal.Open(path + ".journal", Describe(chosen, methods, metrics, result), result.GetValue(_restart));
        List<LabelledPhoto> left = [.. photos.Where(photo => !journal.Photos.ContainsKey(photo.Name))];
        if (left.Count < photos.Count)
            errors.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{photos.Count - left.Count} of {photos.Count} photos are measured already."));
        IAnsiConsole console = ConsoleFactory.Create(result.InvocationConfiguration.Output);
        long start = Stopwatch.GetTimestamp();
        using ILoadedNetwork network = chosen.Load(EvaluationRun.Options);
        var run = new EvaluationRun(network, session => new MapMeasurer(session, chosen.Layers, methods, metrics, cancellation));
        bool isDone = new ProgressOf(console, errors).Run(left.Count, tell => run.Run(left, photo => Done(photo, journal, errors, tell), cancellation));
        Explain(run, errors);
        if (!isDone)
        {
            errors.WriteLine($"Interrupted: {journal.Photos.Count} of {photos.Count} photos are measured, in {path}.journal. The same command goes on.");
            return ExitCode.Interrupted;
        }

        // A photo that has gone since is not of this run.
        PhotoScores[] measured = [.. photos.Select(photo => journal.Photos[photo.Name])];
        IReadOnlyList<MethodMeans> means = MethodMeans.Of(measured);
        MethodTable.Write(means, metrics, console);
        IReadOnlyList<string> written = new EvaluationReport(chosen.Name, metrics, measured, means).Write(path);
        int failed = measured.Count(photo => photo.Error is not null);
        string failures = failed == 0 ? "" : $", {failed} failed";
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        console.MarkupLine(
            string.Create(CultureInfo.InvariantCulture, $"{measured.Length - failed} photos measured{failures}, {left.Count} of them in {seconds:0.0} s"));
        console.MarkupLine($"written: {Markup.Escape(Printable.Name(string.Join(", ", written)))}");
        return failed > 0 ? ExitCode.Failed : ExitCode.Success;
    }

    private static void Done(PhotoScores photo, Journal journal, TextWriter errors, Action tell)
    {
        journal.Add(photo);
        if (photo.Error is string error)
            Messages.TryWrite(errors, error.Contains(photo.Photo, StringComparison.Ordinal) ? error : $"{photo.Photo}: {error}");
        tell();
    }

    /// <summary>Says which methods there was no map of.</summary>
    internal static void Explain(EvaluationRun run, TextWriter errors)
    {
        IEnumerable<string> lines = run.Refused.Select(refused => $"{refused.Key.Method} at {refused.Key.Layer} is left out: {refused.Value}");
        foreach (string line in lines.Order(StringComparer.Ordinal))
            Messages.TryWrite(errors, line);
    }

    private static string Line(Metric metric) =>
        $"  {metric.Key,-12}{metric.Meaning}; the {(metric.IsBetterLarge ? "larger" : "smaller")}, the better";

    private string Describe(ChosenNetwork network, IReadOnlyList<IExplanationMethod> methods, IReadOnlyList<Metric> metrics, ParseResult result)
    {
        NetworkFiles files = NetworkFiles.Of(network);
        return JsonSerializer.Serialize(new
        {
            Schema = 1,
            Runtime = typeof(NetworkSession).Assembly.GetName().Version?.ToString(),
            Network = network.Name,
            files.SpecSha256,
            files.WeightsSha256,
            network.Layers,
            Methods = methods.Select(ExplanationMethods.Format),
            Metrics = metrics.Select(metric => metric.Key),
            Folder = _options.Folder(result),
            Files = _options.Hashes(result),
        });
    }
}
