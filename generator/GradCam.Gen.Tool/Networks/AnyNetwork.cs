using System.CommandLine;
using GradCam.Gen.Build.Onnx;
using GradCam.Gen.Export;
using GradCam.Gen.Tool.Explain;
using GradCam.Gen.Tool.Files;
using GradCam.Gen.Tool.Terminal;

namespace GradCam.Gen.Tool.Networks;

/// <summary>Any network: one that is built in, or with <c>--model</c> an ONNX file, or a net spec and its weights, compiled in memory.</summary>
/// <param name="builtIn">The network that is taken without <c>--model</c>.</param>
/// <param name="classNames">What the option of the class names is called.</param>
internal sealed class AnyNetwork(INetworkSource builtIn, string classNames = "--labels") : INetworkSource
{
    private const string Image = "--image";

    private readonly OnnxOptions _onnx = new();

    private readonly Option<FileInfo?> _model = new("--model")
    {
        Description = "Another network: an ONNX file, or a net spec (.net) whose weights lie beside it. By default the network in the tool.",
        HelpName = "FILE",
    };

    private readonly Option<FileInfo?> _weights = new("--weights")
    {
        Description = "The weights of a net spec, where they do not lie beside it as NAME.safetensors.",
        HelpName = "FILE",
    };

    private readonly Option<FileInfo?> _labels =
        new(classNames) { Description = "The names of the network's classes, a text file with one a line.", HelpName = "FILE" };

    private readonly Option<string?> _image = new(Image)
    {
        Description =
            "How a photo becomes the network's input, where its file does not say: \"rgb resize 256 crop 224 mean 0.485 0.456 0.406 std 0.229 0.224 0.225\".",
        HelpName = "LINE",
    };

    public NetworkInfo BuiltIn => builtIn.BuiltIn;

    public bool TakesOthers => true;

    public void AddTo(Command command)
    {
        command.Add(_model);
        command.Add(_weights);
        command.Add(_labels);
        command.Add(_image);
        _onnx.AddTo(command);
    }

    public ChosenNetwork Choose(ParseResult result, IReadOnlyList<string> layers, bool isWithInput) => HasModel(result)
        ? Choose(result, new Slices(table => [.. layers.Select(layer => ChosenNetwork.FindLayer(layer, Names(table)))], isWithInput))
        : builtIn.Choose(result, layers, isWithInput);

    public ChosenNetwork ChooseStages(ParseResult result, bool isWithInput) =>
        HasModel(result) ? Choose(result, new Slices(Stages, isWithInput)) : builtIn.ChooseStages(result, isWithInput);

    /// <exception cref="UsageException">An option is about another network, and none is named.</exception>
    private bool HasModel(ParseResult result)
    {
        if (result.GetValue(_model) is not null)
            return true;
        string? needsModel = Typed(result, [_weights, _labels, _image, .. _onnx.All]);
        return needsModel is null ? false : throw new UsageException($"{needsModel} is about a network of your own: name it with --model.");
    }

    private ChosenNetwork Choose(ParseResult result, Slices slices)
    {
        FileInfo model = result.GetValue(_model)!;
        try
        {
            NetFiles.MustExist(model);
            if (NetFiles.Has(model, ".onnx"))
                return Onnx(model, result, slices);
            if (NetFiles.Has(model, ".net"))
                return Spec(model, result, slices);
            throw new NetworkException($"{model}: expected an .onnx or a .net file, by its name.");
        }
        catch (Exception exception) when (exception is FileException or SpecException or OnnxImportException)
        {
            throw new NetworkException(exception.Message);
        }
    }

    private ChosenNetwork Onnx(FileInfo model, ParseResult result, Slices slices)
    {
        LayerTable table = LayerTable.OfOnnx(model.FullName, _onnx.Read(result, result.GetValue(_image)));
        var weights = new ImportedWeights(model.ToString(), table.Imported!);
        return Compiled(model, model, table, result.GetValue(_labels), slices, (network, options) => network.Load(weights, options));
    }

    private ChosenNetwork Spec(FileInfo spec, ParseResult result, Slices slices)
    {
        if (Typed(result, [_image, .. _onnx.All]) is string option)
            throw new UsageException($"{option} is about an ONNX file; {spec} says it itself.");
        FileInfo weights = result.GetValue(_weights) ?? new FileInfo(Path.ChangeExtension(spec.FullName, ".safetensors"));
        NetFiles.MustExist(weights);
        LayerTable table = LayerTable.OfSpec(spec.FullName);
        FileInfo? labels = result.GetValue(_labels) ?? (table.LabelsPath is string path ? new FileInfo(Path.Combine(spec.DirectoryName!, path)) : null);
        return Compiled(spec, weights, table, labels, slices, (network, options) => network.Load(weights.FullName, options));
    }

    private static ChosenNetwork Compiled(
        FileInfo model, FileInfo weights, LayerTable table, FileInfo? labels, Slices slices, Func<CompiledNetwork, NetworkOptions?, ILoadedNetwork> load)
    {
        if (labels is not null)
            NetFiles.MustExist(labels);
        if (Names(table).Length == 0 || table.Suggested is null)
            throw new NetworkException($"{model}: nothing in it can be explained. 'gradcam inspect' says what it consists of, and why.");
        IReadOnlyList<string> chosen = slices.Layers(table);
        if (chosen.Count == 0)
            chosen = [table.Suggested.GradCamName!];
        LabelNames? names = labels is null ? null : LabelNames.Read(labels.FullName);
        string source = table.GenerateSource([.. chosen.Distinct()], names, isWithSuffixes: true, slices.IsWithInput);
        CompiledNetwork network = CompiledNetwork.Compile(source);
        if (WhyNotOfPhotos(network.Info) is string reason)
        {
            network.Dispose();
            throw new NetworkException($"{model}: {reason}");
        }

        return new ChosenNetwork(model.Name, network.Info, chosen, options => load(network, options), network.LookInside, network)
        {
            SpecFile = model,
            WeightFile = weights,
            Note = table.GuessesPreprocessing
                ? $"{model.Name} does not say how a photo becomes the input: it is squashed to the input's size, and its pixels scaled to 0 to 1. If the " +
                    "network was trained otherwise, results are worth little: " +
                    $"state it {(table.Imported is null ? "in the spec's image line" : $"with {Image}")}."
                : null,
        };
    }

    /// <summary>Why no photo's classes can be explained with a network; null where they can.</summary>
    private static string? WhyNotOfPhotos(NetworkInfo info)
    {
        OutputInfo output = info.Outputs[0];
        if (info.Inputs.Count > 1)
            return $"it has {info.Inputs.Count} inputs, {string.Join(", ", info.Inputs.Select(input => input.Name))}; a photo is one. The library explains it.";
        if (info.PreprocessingOrigin == PreprocessingOrigin.TensorsOnly || info.Input.Channels is not (1 or 3))
        {
            return $"it takes prepared tensors, {info.Input.Channels}x{info.Input.Height}x{info.Input.Width}, and no photos: its image line says 'none', " +
                "or no photo becomes such an input. The library explains it.";
        }

        return output.IsMap
            ? $"its output '{output.Name}' is a map of {output.Tensor.Height}x{output.Tensor.Width}, which has classes at every pixel; here a photo has one. " +
                "The library explains maps: Target.Logit(…).Within(…)."
            : null;
    }

    private static string[] Names(LayerTable table) => [.. table.Rows.Select(row => row.GradCamName).OfType<string>().Distinct()];

    /// <summary>The last layer of each size up to the usual one, that one first; earlier than the fourth from the end maps say little of classes.</summary>
    private static IReadOnlyList<string> Stages(LayerTable table)
    {
        const int most = 4;
        return
        [
            .. table.Rows.TakeWhile(row => row != table.Suggested).Append(table.Suggested!).Where(row => row.GradCamName is not null)
                .GroupBy(row => (row.Height, row.Width)).Select(size => size.Last().GradCamName!).TakeLast(most).Reverse(),
        ];
    }

    /// <summary>What the network is compiled for.</summary>
    /// <param name="Layers">The layers to explain at.</param>
    /// <param name="IsWithInput">True for the gradient at the input as well.</param>
    private sealed record Slices(Func<LayerTable, IReadOnlyList<string>> Layers, bool IsWithInput);

    private static string? Typed(ParseResult result, IEnumerable<Option> options) =>
        options.FirstOrDefault(option => result.GetResult(option) is not null)?.Name;
}
