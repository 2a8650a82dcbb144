using System.CommandLine;
using System.CommandLine.Help;
using System.Diagnostics;
using System.Globalization;
using GradCam;
using GradCam.Imaging;
using GradCam.Weights;
using Spectre.Console;

namespace Explain;

/// <summary>The command line: options to settings, settings to work, work to exit code.</summary>
internal sealed class ExplainCommand
{
    private static readonly Dictionary<string, CamMethod> Methods = new(StringComparer.OrdinalIgnoreCase)
    {
        ["gradcam"] = CamMethod.GradCam,
        ["hirescam"] = CamMethod.HiResCam,
        ["gradcam++"] = CamMethod.GradCamPlusPlus,
        ["xgradcam"] = CamMethod.XGradCam,
        ["layercam"] = CamMethod.LayerCam,
        ["elementwise"] = CamMethod.GradCamElementWise,
    };

    private readonly NetworkInfo _info;
    private readonly Func<IExplainer> _load;
    private readonly IAnsiConsole _console;
    private readonly RootCommand _root;

    private readonly Argument<string[]> _photos = new("PHOTO")
    {
        Description = "Photos (JPEG, PNG, WebP, BMP) and folders of photos. Without any: the photo that comes with the program.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _class = new("--class", "-c") { HelpName = "NAME|INDEX" };
    private readonly Option<string?> _layer = new("--layer", "-l") { HelpName = "NAME" };

    private readonly Option<string> _method = new("--method", "-m")
    {
        Description = "The formula: gradcam, hirescam, gradcam++, xgradcam, layercam or elementwise. gradcam weighs maps by their mean gradient; " +
            "hirescam and layercam keep each position's own, and are sharper at early layers.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "gradcam",
    };

    private readonly Option<bool> _counterfactual = new("--counterfactual") { Description = "Show what speaks against the class: the gradient negated." };

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

    private readonly Option<string?> _out = new("--out", "-o")
    {
        Description = "A folder for the results, or a .png file for those of one photo. Default: beside each photo, as NAME.gradcam.png.",
        HelpName = "PATH",
    };

    private readonly Option<int> _top = new("--top")
    {
        Description = "How many of the best classes are printed.",
        HelpName = "N",
        DefaultValueFactory = _ => 5,
    };

    private readonly Option<int> _maxMegapixels = new("--max-megapixels")
    {
        Description = "Refuse larger photos before they take memory.",
        HelpName = "N",
        DefaultValueFactory = _ => 400,
    };

    /// <summary>Makes the command.</summary>
    /// <param name="info">The network that explains.</param>
    /// <param name="load">Loads it, when there is work.</param>
    /// <param name="console">Where results go.</param>
    public ExplainCommand(NetworkInfo info, Func<IExplainer> load, IAnsiConsole console)
    {
        (_info, _load, _console) = (info, load, console);
        string names = info.Labels.Count is > 0 and <= 20 ? $" ({string.Join(", ", info.Labels)})" : "";
        _class.Description = $"The class to explain: its name{names} or index 0 to {info.Logits.Channels - 1}. Default: each photo's most probable one.";
        _layer.Description = $"Where to look: {string.Join(", ", info.Layers.Select((l, i) => l.Name + (i == 0 ? " (the default)" : "")))}. " +
            "Early layers are fine and speak of edges, late ones are coarse and speak of things.";
        _root = new RootCommand("Shows which parts of a photo made a neural network see what it sees in it (Grad-CAM).")
        {
            _photos, _class, _layer, _method, _counterfactual, _colorMap, _opacity, _blend, _sideBySide, _raw, _out, _top, _maxMegapixels,
        };
        _root.SetAction((result, cancellation) => Task.FromResult(Run(result, cancellation)));
        HelpOption help = _root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        AddValidation();
    }

    /// <summary>Parses and runs.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error) =>
        _root.Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = output, Error = error });

    private void AddValidation()
    {
        OneOf(_method, Methods.Keys);
        OneOf(_colorMap, ColorMap.All.Select(m => m.Name));
        OneOf(_blend, ["uniform", "heat"]);
        OneOf(_raw, ["csv", "npy"]);
        OneOf(_layer, _info.Layers.Select(l => l.Name));
        _class.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is string text && ClassNames.Find(_info, text, out string message) < 0)
                result.AddError(message);
        });
        _photos.Validators.Add(result =>
        {
            foreach (string path in result.Tokens.Select(t => t.Value))
            {
                if (path.StartsWith('-') && !Path.Exists(path))
                    result.AddError($"There is no option '{path}', and no photo of that name.");
            }
        });
        Number(_opacity, "a number from 0 to 1", text => double.TryParse(text, CultureInfo.InvariantCulture, out double v) && v is >= 0 and <= 1);
        Number(_top, "a positive number", IsPositive);
        Number(_maxMegapixels, "a positive number", IsPositive);
    }

    private static bool IsPositive(string text) => int.TryParse(text, CultureInfo.InvariantCulture, out int value) && value > 0;

    private static void Number<T>(Option<T> option, string expected, Predicate<string> isValid) => option.Validators.Add(result =>
    {
        foreach (string value in result.Tokens.Select(t => t.Value))
        {
            if (!isValid(value))
                result.AddError($"{option.Name}: expected {expected}, found '{value}'.");
        }
    });

    private static void OneOf<T>(Option<T> option, IEnumerable<string> values)
    {
        List<string> list = values.ToList();
        option.CompletionSources.Add(_ => list.Select(v => new System.CommandLine.Completions.CompletionItem(v)));
        option.Validators.Add(result =>
        {
            foreach (string value in result.Tokens.Select(t => t.Value))
            {
                if (!list.Contains(value, StringComparer.OrdinalIgnoreCase))
                    result.AddError($"{option.Name}: expected {string.Join(", ", list)}; found '{value}'.");
            }
        });
    }

    private Settings Read(ParseResult result) => new()
    {
        Paths = result.GetValue(_photos) ?? [],
        ClassIndex = result.GetValue(_class) is string name ? ClassNames.Find(_info, name, out _) : null,
        Layer = result.GetValue(_layer) is string layer ? LayerIndex(layer) : 0,
        Method = Methods[result.GetValue(_method)!],
        Counterfactual = result.GetValue(_counterfactual),
        Overlay = new OverlayOptions
        {
            ColorMap = ColorMap.Parse(result.GetValue(_colorMap)!),
            Opacity = result.GetValue(_opacity),
            Blend = string.Equals(result.GetValue(_blend), "heat", StringComparison.OrdinalIgnoreCase) ? BlendMode.ByHeat : BlendMode.Uniform,
        },
        SideBySide = result.GetValue(_sideBySide),
        Raw = result.GetValue(_raw) is string raw ? Enum.Parse<RawFormat>(raw, ignoreCase: true) : RawFormat.None,
        Out = result.GetValue(_out),
        Top = Math.Min(result.GetValue(_top), _info.Logits.Channels),
        Decoding = new PhotoOptions { MaxPixels = result.GetValue(_maxMegapixels) * 1_000_000L },
    };

    private int LayerIndex(string name) =>
        _info.Layers.ToList().FindIndex(layer => string.Equals(layer.Name, name, StringComparison.OrdinalIgnoreCase));

    private int Run(ParseResult result, CancellationToken cancellation)
    {
        TextWriter errors = result.InvocationConfiguration.Error;
        Settings settings = Read(result);
        List<PhotoFile> photos = PhotoFiles.Find(settings, out string problem);
        if (problem.Length > 0)
        {
            errors.WriteLine(problem);
            return ExitCode.Usage;
        }

        IExplainer explainer;
        try
        {
            explainer = _load();
        }
        catch (WeightException e)
        {
            errors.WriteLine($"{_info.Name} could not be loaded: {e.Message}");
            return ExitCode.Network;
        }

        using (explainer)
        {
            var work = new PhotoExplainer(explainer, settings);
            return photos.Count == 1 ? One(work, photos[0], errors) : Many(work, photos, errors, cancellation);
        }
    }

    private int One(PhotoExplainer work, PhotoFile photo, TextWriter errors)
    {
        if (TryExplain(work, photo, errors) is not { } explanation)
            return ExitCode.SomeFailed;
        new Report(_console).Detailed(explanation);
        return ExitCode.Success;
    }

    private int Many(PhotoExplainer work, List<PhotoFile> photos, TextWriter errors, CancellationToken cancellation)
    {
        var report = new Report(_console);
        int explained = 0;
        int failed = 0;
        long start = Stopwatch.GetTimestamp();
        _console.Progress().AutoClear(true).HideCompleted(true)
            .Columns(new ProgressBarColumn(), new TaskDescriptionColumn(), new RemainingTimeColumn())
            .Start(progress =>
            {
                // Without a terminal the lines themselves are the progress.
                ProgressTask? bar = _console.Profile.Capabilities.Interactive ? progress.AddTask("", maxValue: photos.Count) : null;
                foreach (PhotoFile photo in photos)
                {
                    if (cancellation.IsCancellationRequested)
                        break;
                    bar?.Description = Markup.Escape(Path.GetFileName(photo.Path));
                    if (TryExplain(work, photo, errors) is { } explanation)
                    {
                        report.Line(explanation);
                        explained++;
                    }
                    else
                    {
                        failed++;
                    }

                    bar?.Increment(1);
                }
            });
        report.Summary(explained, failed, Stopwatch.GetElapsedTime(start));
        return explained + failed < photos.Count ? ExitCode.Cancelled : failed > 0 ? ExitCode.SomeFailed : ExitCode.Success;
    }

    private static Explanation? TryExplain(PhotoExplainer work, PhotoFile photo, TextWriter errors)
    {
        try
        {
            return work.Explain(photo);
        }
        catch (Exception e) when (e is PhotoException or IOException or UnauthorizedAccessException)
        {
            errors.WriteLine(e.Message.Contains(photo.Path, StringComparison.Ordinal) ? e.Message : $"{photo.Path}: {e.Message}");
            return null;
        }
    }
}
