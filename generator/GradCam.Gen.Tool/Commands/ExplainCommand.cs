using System.CommandLine;
using System.Diagnostics;
using GradCam.Gen.Tool.Explain;
using GradCam.Gen.Tool.Reports;
using GradCam.Gen.Tool.Terminal;
using GradCam.Imaging;
using Spectre.Console;

namespace GradCam.Gen.Tool.Commands;

/// <summary>
/// <c>gradcam explain PHOTO</c>, and the whole of a program that does nothing else: options to settings, settings to work, work to exit code.
/// </summary>
internal sealed class ExplainCommand
{
    private const string Purpose = "Shows which parts of a photo made a neural network see what it sees in it (Grad-CAM).";

    private readonly INetworkSource _networks;
    private readonly IDeviceSource? _devices;

    private readonly Argument<string[]> _photos = new("PHOTO")
    {
        Description = "Photos (JPEG, PNG, WebP, BMP) and folders of photos. Without any: the photo that comes with the program.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> _recursive = new("--recursive", "-r")
    {
        Description = "Walk the folders' subfolders too. Links to folders are not followed.",
    };

    private readonly Option<string?> _class = new("--class", "-c") { HelpName = "NAME|INDEX" };
    private readonly Option<string?> _layer = new("--layer", "-l") { HelpName = "NAME" };

    private readonly Option<string> _method = new("--method", "-m")
    {
        Description = $"The formula: {MethodNames.Listed}. gradcam weighs maps by their mean gradient; " +
            "hirescam and layercam keep each position's own, and are sharper at early layers. For a report several, with commas between them.",
        HelpName = "NAME",
        DefaultValueFactory = _ => CamMethod.GradCam.Key,
    };

    private readonly Option<bool> _counterfactual = new("--counterfactual")
    {
        Description = "Show what speaks against the class: the gradient negated. Of methods at a layer.",
    };

    private readonly Option<ulong> _seed = new("--seed")
    {
        Description = "Where random numbers begin, of methods that take some.",
        HelpName = "N",
        CustomParser = result => OptionValues.Number<ulong>(result, "a whole number from 0 on", _ => true),
    };

    private readonly Option<string> _colorMap = new("--colormap")
    {
        Description = "The colours: turbo, jet, viridis, inferno or gray.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "turbo",
    };

    private readonly Option<double> _opacity = new("--opacity")
    {
        Description = "The colours' share, 0 to 1.",
        HelpName = "0..1",
        DefaultValueFactory = _ => 0.5,
        CustomParser = result => OptionValues.Number<double>(result, "a number from 0 to 1", value => value is >= 0 and <= 1),
    };

    private readonly Option<string> _blend = new("--blend")
    {
        Description = "uniform colours the whole photo, heat only where the map is hot.",
        HelpName = "uniform|heat",
        DefaultValueFactory = _ => "uniform",
    };

    private readonly Option<bool> _sideBySide = new("--side-by-side") { Description = "Put the photo itself to the left of the overlay." };

    private readonly Option<string?> _raw = new("--raw")
    {
        Description = "Also write the map itself, signed and at the layer's size: csv, or npy for numpy.load.",
        HelpName = "csv|npy",
    };

    private readonly Option<bool> _manifest = new("--manifest")
    {
        Description = "Also write what the explanation was made of, with hashes of photo, network and map, as NAME.gradcam.json.",
    };

    private readonly Option<bool> _reproducible = new("--reproducible")
    {
        Description = "Compute the same bits on every machine, whatever its processor, in several times as long.",
    };

    private readonly Option<string?> _out = new("--out", "-o")
    {
        Description = "A folder for the results, made if it is not there, or a .png file for those of one photo. " +
            "Default: beside each photo, as NAME.gradcam.png.",
        HelpName = "PATH",
    };

    private readonly Option<string?> _report = new("--report")
    {
        Description = "Write one page of all photos, an .html file that needs nothing else: maps of several classes, layers and methods to choose among, " +
            "the network as a graph, and what it cost. Overlays are written as well only where --out, --side-by-side, --raw or --manifest asks for files.",
        HelpName = "FILE",
    };

    private readonly Option<int> _top = new("--top")
    {
        Description = $"How many of the best classes are printed. A report has maps of so many, 3 by default and {ReportSettings.MostClasses} at most.",
        HelpName = "N",
        DefaultValueFactory = _ => 5,
        CustomParser = result => OptionValues.Number<int>(result, "a positive number", value => value > 0),
    };

    private readonly Option<int> _maxMegapixels = new("--max-megapixels")
    {
        Description = "Refuse larger photos before they take memory.",
        HelpName = "N",
        DefaultValueFactory = _ => 100,
        CustomParser = result => OptionValues.Number<int>(result, "a positive number", value => value > 0),
    };

    private ExplainCommand(INetworkSource networks, IDeviceSource? devices)
    {
        (_networks, _devices) = (networks, devices);
        NetworkInfo info = networks.BuiltIn;
        string which = networks.TakesOthers ? " Of the built-in network: " : "";
        string names = info.Labels.Count is > 0 and <= 20 ? $" ({string.Join(", ", info.Labels)})" : "";
        string layers = string.Join(", ", info.Layers.Where(l => l.Activation != info.Input).Select((l, i) => l.Name + (i == 0 ? " (the default)" : "")));
        _class.Description = networks.TakesOthers
            ? $"The class to explain: its name or index. Default: each photo's most probable one.{which}{string.Join(", ", info.Labels)}."
            : $"The class to explain: its name{names} or index 0 to {info.Logits.Channels - 1}. Default: each photo's most probable one.";
        _layer.Description = (networks.TakesOthers ? "Where to look; 'gradcam inspect' lists a network's layers." : $"Where to look: {layers}.") +
            " Early layers are fine and speak of edges, late ones are coarse and speak of things. For a report several, with commas between them." +
            (networks.TakesOthers ? $"{which}{layers}." : "");
        MethodNames.Check(_method);
        OptionValues.OneOf(_colorMap, ColorMap.All.Select(m => m.Name));
        OptionValues.OneOf(_blend, ["uniform", "heat"]);
        OptionValues.OneOf(_raw, ["csv", "npy"]);
    }

    /// <summary>Makes the command of a program that has others.</summary>
    /// <param name="networks">The networks that it can take.</param>
    /// <param name="program">The program's name, as users type it.</param>
    /// <param name="devices">Where it can run them, beside the CPU; null for nowhere.</param>
    public static ToolCommand CreateFor(INetworkSource networks, string program, IDeviceSource? devices = null)
    {
        var command = new Command("explain", Purpose);
        new ExplainCommand(networks, devices).AddTo(command);
        return new ToolCommand(command, ExplainHelp.For($"{program} explain", networks.TakesOthers), Interruption.AfterThisPhoto);
    }

    /// <summary>Runs a program that does nothing else: parses and runs.</summary>
    /// <param name="networks">The networks that it can take.</param>
    /// <param name="arguments">What was typed.</param>
    /// <param name="output">Where results go.</param>
    /// <param name="error">Where messages go.</param>
    /// <param name="devices">Where it can run them, beside the CPU; null for nowhere.</param>
    /// <param name="cancellation">Stops the work after a photo.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static Task<int> RunAsync(
        INetworkSource networks, string[] arguments, TextWriter output, TextWriter error, IDeviceSource? devices = null,
        CancellationToken cancellation = default)
    {
        const string program = "explain";
        var root = new RootCommand(Purpose);
        new ExplainCommand(networks, devices).AddTo(root);
        HelpWithExamples.AddTo(root, _ => ExplainHelp.For(program, networks.TakesOthers));
        return new CommandRunner(root, program).RunAsync(arguments, output, error, cancellation);
    }

    private void AddTo(Command command)
    {
        command.Add(_photos);
        _networks.AddTo(command);
        Option[] options =
        [
            _recursive, _class, _layer, _method, _counterfactual, _seed, _colorMap, _opacity, _blend, _sideBySide, _raw, _manifest, _reproducible, _out,
            _report, _top, _maxMegapixels,
        ];
        foreach (Option option in options)
            command.Add(option);
        _devices?.AddTo(command);
        command.SetAction((result, cancellation) => Task.FromResult(Run(result, cancellation)));
    }

    /// <exception cref="UsageException">The network has no such class, or the command line asks for what cannot be.</exception>
    private Settings Read(ParseResult result, ChosenNetwork network, IReadOnlyList<IExplanationMethod> methods) => new()
    {
        Paths = result.GetValue(_photos) ?? [],
        Recursive = result.GetValue(_recursive),
        ClassIndex = result.GetValue(_class) is string name ? ClassNames.Find(network.Info, name) : null,
        Layer = network.Layers[0],
        Method = methods[0],
        Counterfactual = result.GetValue(_counterfactual),
        Options = new ExplainOptions { Seed = result.GetValue(_seed) },
        Overlay = new OverlayOptions
        {
            ColorMap = ColorMap.Parse(result.GetValue(_colorMap)!),
            Opacity = result.GetValue(_opacity),
            Blend = string.Equals(result.GetValue(_blend), "heat", StringComparison.OrdinalIgnoreCase) ? BlendMode.ByHeat : BlendMode.Uniform,
        },
        SideBySide = result.GetValue(_sideBySide),
        Raw = result.GetValue(_raw) is string raw ? Enum.Parse<RawFormat>(raw, ignoreCase: true) : RawFormat.None,
        IsWithManifest = result.GetValue(_manifest),
        IsReproducible = result.GetValue(_reproducible),
        Devices = Devices(result),
        Out = result.GetValue(_out),
        Report = Report(result, network, methods),
        Top = Math.Min(result.GetValue(_top), network.Info.Logits.Channels),
        Decoding = new PhotoOptions { MaxPixels = result.GetValue(_maxMegapixels) * 1_000_000L },
    };

    /// <exception cref="UsageException">The same bits on every machine are the CPU's.</exception>
    private IReadOnlyList<NetworkOptions> Devices(ParseResult result)
    {
        IReadOnlyList<NetworkOptions> devices = _devices?.Find(result) ?? [];
        return devices.Count == 0 || !result.GetValue(_reproducible)
            ? devices
            : throw new UsageException($"{_reproducible.Name} computes on the CPU, whose bits every machine has: leave the device out.");
    }

    /// <summary>The methods that are named; without names one, or for a report the usual ones.</summary>
    /// <exception cref="UsageException">A method is one at the input, and what it is asked with is about those at a layer.</exception>
    private IReadOnlyList<IExplanationMethod> Methods(ParseResult result)
    {
        bool isCounterfactual = result.GetValue(_counterfactual);
        if (HasUsualMethods(result))
            return isCounterfactual ? [.. ReportSettings.UsualMethods.Where(method => method is CamMethod)] : ReportSettings.UsualMethods;
        IReadOnlyList<IExplanationMethod> methods = MethodNames.Parse([result.GetValue(_method)!]);
        if (methods.OfType<InputMethod>().FirstOrDefault() is not { } input)
            return methods;
        string? atLayers = isCounterfactual ? $"{_counterfactual.Name} negates the gradient at a layer"
            : result.GetValue(_layer) is not null && methods.All(method => method is InputMethod) ? $"{_layer.Name} is where methods at a layer look" : null;
        return atLayers is null ? methods : throw new UsageException($"{atLayers}; {input.Name} works at the input.");
    }

    private bool HasUsualMethods(ParseResult result) => result.GetValue(_report) is not null && result.GetResult(_method) is not { Implicit: false };

    private ReportSettings? Report(ParseResult result, ChosenNetwork network, IReadOnlyList<IExplanationMethod> methods)
    {
        if (result.GetValue(_report) is not string path)
        {
            string? several = methods.Count > 1 ? _method.Name : network.Layers.Count > 1 ? _layer.Name : null;
            return several is null ? null : throw new UsageException($"{several} names several: that is for a page of them, --report FILE.html.");
        }

        string extension = Path.GetExtension(path);
        if (!string.Equals(extension, ".html", StringComparison.OrdinalIgnoreCase) && !string.Equals(extension, ".htm", StringComparison.OrdinalIgnoreCase))
            throw new UsageException($"--report '{path}': the report is an .html file.");
        bool isTop = result.GetResult(_top) is { Implicit: false };
        if (HasUsualMethods(result) && network.Info.Layers.All(layer => layer.Activation != network.Info.Input))
            methods = [.. methods.Where(method => !MethodNames.NeedsInputGradient(method))];
        return new ReportSettings(
            path,
            network.Layers,
            methods,
            Math.Min(Math.Min(isTop ? result.GetValue(_top) : ReportSettings.UsualClasses, ReportSettings.MostClasses), network.Info.Logits.Channels));
    }

    /// <summary>The network, to be explained at the layers that are named; without names at its usual one, or for a report at a few.</summary>
    private ChosenNetwork Choose(ParseResult result, IReadOnlyList<IExplanationMethod> methods)
    {
        bool isWithInput = methods.Any(MethodNames.NeedsInputGradient);
        if (result.GetValue(_layer) is string layers)
            return _networks.Choose(result, OptionValues.Split(layers) is { Length: > 0 } names ? names : [layers], isWithInput);
        return result.GetValue(_report) is not null && methods.Any(method => method is CamMethod)
            ? _networks.ChooseStages(result, isWithInput)
            : _networks.Choose(result, [], isWithInput);
    }

    private int Run(ParseResult result, CancellationToken cancellation)
    {
        TextWriter errors = result.InvocationConfiguration.Error;
        try
        {
            IReadOnlyList<IExplanationMethod> methods = Methods(result);
            using ChosenNetwork network = Choose(result, methods);
            return Run(network, Read(result, network, methods), result.InvocationConfiguration, cancellation);
        }
        catch (NotSupportedException e)
        {
            // The method needs what the network was not compiled for, or does not have.
            throw new UsageException(e.Message);
        }
        catch (Exception e) when (e is NetworkException || _devices?.IsFailure(e) == true)
        {
            errors.WriteLine(Printable.Message(e.Message));
            return ExitCode.Network;
        }
    }

    private int Run(ChosenNetwork chosen, Settings settings, InvocationConfiguration streams, CancellationToken cancellation)
    {
        TextWriter errors = streams.Error;
        if (chosen.Note is string note)
            errors.WriteLine(Printable.Name(note));
        PhotoSearch search = PhotoSearch.Run(settings, cancellation);
        foreach (string message in search.Messages)
            errors.WriteLine(Printable.Name(message));
        if (search.Photos.Count == 0)
            return cancellation.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Failed;

        if (settings.Report is { } report && search.Photos.Any(photo => WholeFiles.Target(photo.Path) == WholeFiles.Target(report.Path)))
            throw new UsageException($"--report '{report.Path}' is a photo, which would be lost: name another file.");
        IAnsiConsole console = ConsoleFactory.Create(streams.Output);
        using var workers = new PhotoWorkers(chosen, settings, search.Photos.Count);
        int code = settings.Report is null
            ? Explain(workers, search, null, console, errors, cancellation)
            : Report(workers, search, Head(chosen, settings), console, errors, cancellation);
        return code == ExitCode.Success && search.Unread.Count > 0 ? ExitCode.Failed : code;
    }

    private int Report(
        PhotoWorkers workers, PhotoSearch search, ReportHead head, IAnsiConsole console, TextWriter errors, CancellationToken cancellation)
    {
        int code = ExitCode.Success;
        string path = head.Report.Path;
        try
        {
            using var files = new WholeFiles();
            long bytes = 0;
            files.Write(path, stream =>
            {
                long start = Stopwatch.GetTimestamp();
                var report = new ReportFile(stream, head);
                foreach ((string folder, string message) in search.Unread)
                    report.AddError(folder, message);
                code = Explain(workers, search, report, console, errors, cancellation);
                string? note = code == ExitCode.Interrupted ? $"Stopped before its end: {report.Explained} of {search.Photos.Count} photos are here." : null;
                report.Complete(workers.Maps, Stopwatch.GetElapsedTime(start), note);
                bytes = stream.CanSeek ? stream.Length : 0;
            });
            files.Commit();
            new ConsoleReport(console).Written(path, bytes);
        }
        catch (IOException exception)
        {
            errors.WriteLine(Printable.Message(exception.Message));
            return ExitCode.Failed;
        }

        return code;
    }

    private static ReportHead Head(ChosenNetwork network, Settings settings) => new()
    {
        Name = network.Name,
        Note = network.Note,
        Info = network.Info,
        Anatomy = network.LookInside(),
        Report = settings.Report!,
        Overlay = settings.Overlay,
        IsCounterfactual = settings.Counterfactual,
    };

    private int Explain(
        PhotoWorkers workers, PhotoSearch search, ReportFile? report, IAnsiConsole console, TextWriter errors, CancellationToken cancellation) =>
        search.Photos.Count == 1 && !cancellation.IsCancellationRequested
            ? One(workers.All[0], search.Photos[0], report, console, errors)
            : Many(workers, search, report, console, errors, cancellation);

    private int One(PhotoExplainer work, PhotoFile photo, ReportFile? report, IAnsiConsole console, TextWriter errors)
    {
        Outcome? outcome = null;
        StepProgress.Run(console, work.Steps, progress => outcome = Try(work, photo, progress));
        Tell(outcome!, report, errors);
        if (outcome!.Explanation is not { } explanation)
            return ExitCode.Failed;
        new ConsoleReport(console).Detailed(explanation);
        return ExitCode.Success;
    }

    private int Many(PhotoWorkers workers, PhotoSearch search, ReportFile? report, IAnsiConsole console, TextWriter errors, CancellationToken cancellation)
    {
        var printed = new ConsoleReport(console);
        int explained = 0;
        int failed = 0;
        long start = Stopwatch.GetTimestamp();
        console.Progress().AutoClear(true).HideCompleted(true)
            .Columns(new ProgressBarColumn(), new TaskDescriptionColumn(), new RemainingTimeColumn())
            .Start(progress =>
            {
                // Without a terminal the lines themselves are the progress.
                ProgressTask? bar = console.Profile.Capabilities.Interactive
                    ? progress.AddTask(Described(search.Photos[0]), maxValue: search.Photos.Count)
                    : null;
                void Begin(PhotoFile photo) => bar?.Description = Described(photo);
                Outcome Try(PhotoExplainer worker, PhotoFile photo) => this.Try(worker, photo, StepProgress.Hidden);
                foreach (Outcome outcome in SharedWork.Run(search.Photos, workers.All, Begin, Try, cancellation))
                {
                    Tell(outcome, report, errors);
                    if (outcome.Explanation is { } explanation)
                    {
                        printed.Line(explanation);
                        explained++;
                    }
                    else
                    {
                        failed++;
                    }

                    bar?.Increment(1);
                }
            });
        printed.Summary(explained, failed, Stopwatch.GetElapsedTime(start));
        int left = search.Photos.Count - explained - failed;
        if (left == 0)
            return failed > 0 ? ExitCode.Failed : ExitCode.Success;
        string place = workers.All[0].WritesFiles ? $", their files lie {search.Place}" : "";
        errors.WriteLine(Printable.Name(
            $"Interrupted: {explained} of {search.Photos.Count} photos are explained{place}; {left} not begun. " +
            "Nothing is half-written."));
        return ExitCode.Interrupted;
    }

    /// <summary>Never empty, which a bar's description must not be, whatever the photo is called.</summary>
    private static string Described(PhotoFile photo) => "photo " + Markup.Escape(Printable.Name(Path.GetFileName(photo.Path)));

    private static void Tell(Outcome outcome, ReportFile? report, TextWriter errors)
    {
        (PhotoFile photo, Explanation? explanation, string message) = outcome;
        if (explanation is null)
        {
            errors.WriteLine(Printable.Message(message.StartsWith(photo.Path, StringComparison.Ordinal) ? message : $"{photo.Path}: {message}"));
            report?.AddError(photo.Path, message);
        }
        else if (explanation.Record is { } record)
        {
            report?.Add(record);
        }
    }

    private Outcome Try(PhotoExplainer work, PhotoFile photo, StepProgress progress)
    {
        string message;
        try
        {
            return new Outcome(photo, work.Explain(photo, progress), "");
        }
        catch (FileNotFoundException)
        {
            message = "there is no such file or folder.";
        }
        catch (DirectoryNotFoundException)
        {
            message = "there is no such folder to read it from.";
        }
        catch (PhotoException e)
        {
            message = e.Message.Replace("PhotoOptions.MaxPixels", _maxMegapixels.Name, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            message = e.Message;
        }
        catch (Exception e) when (e is OutOfMemoryException or OverflowException)
        {
            message = "it has too many pixels for what is asked.";
        }

        return new Outcome(photo, null, message);
    }

    /// <summary>What became of a photo.</summary>
    /// <param name="Photo">The photo.</param>
    /// <param name="Explanation">Its explanation; null where it has none.</param>
    /// <param name="Message">Why it has none.</param>
    private sealed record Outcome(PhotoFile Photo, Explanation? Explanation, string Message);
}
