using System.CommandLine;
using System.Globalization;
using GradCam.Gen.Tool.Evaluation;
using GradCam.Gen.Tool.Explain;
using GradCam.Gen.Tool.Files;
using GradCam.Gen.Tool.Terminal;
using GradCam.Imaging;
using Spectre.Console;

namespace GradCam.Gen.Tool.Commands;

/// <summary><c>gradcam compare PHOTO</c>: all methods on one sheet, with cost and ROAD under each.</summary>
internal sealed class CompareCommand
{
    private const string Suffix = ".compare" + PhotoSearch.Suffix + ".png";

    private const string Help = """
        Examples:
          gradcam compare cat.jpg                    cat.compare.gradcam.png
          gradcam compare cat.jpg --class dog --model resnet18.onnx
          gradcam compare cat.jpg --methods gradcam,hirescam,layercam --out sheet.png

        Under each map stand its cost, in forward passes of this machine's time (the photo's own counted), and (LeRF - MoRF) / 2
        of ROAD: the larger, the more of what the map shows is what the network looks at; about 0 for a map that says nothing.
        One photo proves little: gradcam evaluate measures many. Methods that run the network thousands of times take minutes with a
        large one: a terminal shows which is at work, and Ctrl+C stops it.

        Exit codes:
          0    done
          1    the photo could not be read, or the sheet not be written
          2    the command line asks for what there is not (option, class, layer)
          3    the network could not be loaded
          130  stopped by Ctrl+C (143: by SIGTERM); no file was changed
        """;

    private readonly INetworkSource _networks;
    private readonly Argument<string> _photo = new("PHOTO") { Description = "A photo (JPEG, PNG, WebP, BMP)." };

    private readonly Option<string?> _class = new("--class", "-c")
    {
        Description = "The class to explain: its name or index. Default: the most probable one.",
        HelpName = "NAME|INDEX",
    };

    private readonly Option<string?> _layer = new("--layer", "-l") { Description = "Where to look; by default the usual layer.", HelpName = "NAME" };
    private readonly Option<string[]> _methods = new("--methods")
    {
        Description = "The methods, with commas between them; by default all.",
        HelpName = "NAME,…",
    };

    private readonly Option<int> _size = new("--size")
    {
        Description = "The longer side of each picture, in pixels.",
        HelpName = "N",
        DefaultValueFactory = _ => 256,
        CustomParser = result => OptionValues.Number<int>(result, "a number from 32 to 1024", value => value is >= 32 and <= 1024),
    };

    private readonly Option<string?> _out = new("--out", "-o")
    {
        Description = $"The sheet, a .png file. Default: beside the photo, as NAME{Suffix}.",
        HelpName = "FILE",
    };

    private CompareCommand(INetworkSource networks)
    {
        _networks = networks;
        _methods.AllowMultipleArgumentsPerToken = true;
        MethodNames.Check(_methods);
    }

    /// <summary>Makes the command.</summary>
    /// <param name="networks">The networks that it can take.</param>
    public static ToolCommand CreateFor(INetworkSource networks)
    {
        var compare = new CompareCommand(networks);
        var command = new Command("compare", "Draws the maps of all methods on one sheet, with what each costs and how it measures.") { compare._photo };
        networks.AddTo(command);
        foreach (Option option in new Option[] { compare._class, compare._layer, compare._methods, compare._size, compare._out })
            command.Add(option);
        command.SetAction((result, cancellation) => Task.FromResult(compare.Run(result, cancellation)));
        return new ToolCommand(command, Help, "Stopping; the same again ends at once.");
    }

    private int Run(ParseResult result, CancellationToken cancellation)
    {
        TextWriter errors = result.InvocationConfiguration.Error;
        try
        {
            string path = result.GetRequiredValue(_photo);
            string output = result.GetValue(_out) ?? Path.ChangeExtension(path, null) + Suffix;
            if (!output.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
                throw new UsageException($"--out '{output}': the sheet is a .png file.");
            if (WholeFiles.Target(path) == WholeFiles.Target(output))
                throw new UsageException($"--out '{output}' is the photo itself, which would be lost: name another file.");
            IReadOnlyList<IExplanationMethod> methods =
                result.GetValue(_methods) is { Length: > 0 } words ? MethodNames.Parse(words) : ExplanationMethods.All;
            using ChosenNetwork network = _networks.Choose(
                result, result.GetValue(_layer) is string layer ? [layer] : [], methods.Any(MethodNames.NeedsInputGradient));
            if (network.Note is string note)
                errors.WriteLine(Printable.Name(note));
            NetFiles.MustExist(new FileInfo(path));
            Compare(network, methods, Photo.Decode(path), output, result, cancellation);
            return ExitCode.Success;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (NetworkException exception)
        {
            errors.WriteLine(Printable.Message(exception.Message));
            return ExitCode.Network;
        }
        catch (Exception exception) when (exception is FileException or IOException or UnauthorizedAccessException or PhotoException)
        {
            errors.WriteLine(Printable.Message(exception.Message));
            return ExitCode.Failed;
        }
    }

    private void Compare(
        ChosenNetwork chosen, IReadOnlyList<IExplanationMethod> methods, Photo photo, string output, ParseResult result, CancellationToken cancellation)
    {
        int? wanted = result.GetValue(_class) is string name ? ClassNames.Find(chosen.Info, name) : null;
        IAnsiConsole console = ConsoleFactory.Create(result.InvocationConfiguration.Output);
        using ILoadedNetwork network = chosen.Load();
        using NetworkSession session = network.CreateSession();
        var measurer = new MapMeasurer(session, chosen.Layers, methods, [Metric.Road], cancellation);
        int classIndex = 0;
        float probability = 0;
        var measured = new List<(MadeMap Map, string Road)>();
        StepProgress.Run(console, 2 * methods.Count, progress =>
        {
            (classIndex, _, List<MadeMap> maps) = measurer.Make(photo, wanted, isTimedAlone: true, progress);
            probability = session.Probabilities[classIndex];
            foreach (MadeMap map in maps)
            {
                progress.Begin($"ROAD of {map.Method}");
                measured.Add((map, Road(measurer, map, classIndex)));
            }
        });

        Photo small = photo.ScaleTo(result.GetValue(_size));
        string className = ClassNames.Of(chosen.Info, classIndex);
        string[] lines = [className, string.Create(CultureInfo.InvariantCulture, $"p {probability:0.000}")];
        var tiles = new List<ContactSheetTile> { new() { Picture = small, Title = "photo", Lines = lines } };
        Table table = new Table().Border(TableBorder.Rounded).AddColumn("method");
        table.AddColumn(new TableColumn("forwards").RightAligned()).AddColumn(new TableColumn("ROAD").RightAligned());
        foreach ((MadeMap map, string road) in measured)
        {
            string cost = MethodTable.Number(map.Forwards, "0.0");
            string title = ContactSheet.MeasureText(map.Method.Name) <= small.Width ? map.Method.Name : map.Method.Key;
            tiles.Add(new ContactSheetTile { Picture = Overlay.Draw(small, map.Heatmap), Title = title, Lines = [$"cost {cost}", $"ROAD {road}"] });
            table.AddRow(Markup.Escape(map.Method.ToString()!), cost, road);
        }

        string place = methods.Any(method => method is CamMethod) ? chosen.Layers[0] : "the input";
        string heading = $"{Path.GetFileName(result.GetRequiredValue(_photo))}: {className} at {place} of {chosen.Name}";
        using (var files = new WholeFiles())
        {
            files.Write(output, ContactSheet.Draw(heading, tiles).WritePng);
            files.Commit();
        }

        console.MarkupLine($"what speaks for [bold]{Markup.Escape(Printable.Name(className))}[/] at {Markup.Escape(Printable.Name(place))}");
        console.Write(table);
        foreach (((_, string method), string reason) in measurer.Refused)
            Messages.TryWrite(result.InvocationConfiguration.Error, $"{method} is left out: {reason}");
        console.MarkupLine($"written: {Markup.Escape(Printable.Name(output))}");
    }

    private static string Road(MapMeasurer measurer, MadeMap map, int classIndex) =>
        measurer.Measure(map, classIndex, []).TryGetValue(Metric.Road.Key, out double value) ? MethodTable.Number(value) : "-";
}
