using GradCam.Gen.Declarations;
using GradCam.Gen.Diagnostics;
using GradCam.Gen.Model;
using GradCam.Gen.Spec;
using GradCam.Gen.Syntax;

namespace GradCam.Gen.Files;

/// <summary>A declaration and, if it holds its spec itself, the spec's syntax.</summary>
internal sealed record ParsedDeclaration(NetworkDeclaration Declaration, ParsedSpec? Inline);

/// <summary>A declaration with the files that it names.</summary>
/// <param name="Key">The declaration's.</param>
/// <param name="Input">What the passes get.</param>
/// <param name="SpecPath">The spec's file, or null when it is inline or was not found.</param>
/// <param name="LabelsPath">The file of class names, or null when there is none or it was not found.</param>
/// <param name="LabelsAreInSpec">True when the spec names the class names, if anything does.</param>
/// <param name="Problems">What was wrong so far.</param>
internal sealed record ResolvedNetwork(
    string Key, CompilationInput Input, string? SpecPath, string? LabelsPath, bool LabelsAreInSpec, EquatableArray<Problem> Problems);

/// <summary>Finds a network's spec, weights and class names among the project's files.</summary>
internal sealed class NetworkResolver
{
    private const string SpecExtension = ".net";
    private const string OnnxExtension = ".onnx";
    private const string WeightExtension = ".safetensors";
    private const string ManifestExtension = ".manifest";

    private readonly NetworkDeclaration _declaration;
    private readonly ProjectFiles _files;
    private readonly string _sourceFolder;
    private readonly List<Problem> _problems = [];

    private NetworkResolver(NetworkDeclaration declaration, ProjectFiles files)
    {
        _declaration = declaration;
        _files = files;
        _sourceFolder = FileFinder.Folder(declaration.SourcePath);
    }

    public static ResolvedNetwork Resolve(ParsedDeclaration parsed, ProjectFiles files) =>
        new NetworkResolver(parsed.Declaration, files).Resolve(parsed.Inline);

    private ResolvedNetwork Resolve(ParsedSpec? inline)
    {
        _problems.AddRange(_declaration.Problems);
        SpecFile? file = inline is null ? FindSpec() : null;
        ParsedSpec? spec = inline ?? file?.Parsed;
        if (spec is not null)
            _problems.AddRange(spec.Problems);

        string? weightsName = _declaration.Weights ?? (IsOnnx ? _declaration.Spec + WeightExtension : null);
        WeightManifest? weights = weightsName is null || (IsOnnx && spec is null) ? null : FindWeights(weightsName);
        // The spec's class names are those of its first output.
        LabelsSyntax? labelsLine = spec is not null && ChoosesAnotherOutput(spec.Syntax) ? null : spec?.Syntax.Labels;
        string? labelsName = _declaration.Labels ?? labelsLine?.Path;
        LabelFile? labels = labelsName is null ? null : FindLabels(labelsName, labelsLine, file);

        var input = new CompilationInput(
            _declaration.Class,
            spec?.Syntax,
            file?.Text ?? (inline is null ? "" : _declaration.Spec!),
            inline is null ? _declaration.Spec ?? "" : "the spec of " + _declaration.Class.Name,
            weights,
            weightsName,
            labels?.Labels,
            labelsName,
            _declaration.Output,
            _declaration.Layers,
            HasErrors: _problems.Count > 0 || spec is null)
        {
            WeightPrefix = _declaration.WeightPrefix,
            IsImported = IsOnnx,
            Suffixes = _declaration.Suffixes,
        };
        return new ResolvedNetwork(_declaration.Key, input, file?.Path, labels?.Path, _declaration.Labels is null, _problems.ToEquatableArray());
    }

    private bool IsOnnx => _declaration is { IsInline: false, Spec: string path } && path.EndsWith(OnnxExtension, StringComparison.OrdinalIgnoreCase);

    private bool ChoosesAnotherOutput(SpecSyntax spec) => _declaration.Output is string chosen && spec.Outputs.Count > 0 && chosen != spec.Outputs[0].Name;

    private SpecFile? FindSpec()
    {
        // Without a constant string the compiler has reported the argument.
        if (_declaration.Spec is not string path)
            return null;
        string wanted = IsOnnx ? path + SpecExtension : path;
        SpecFile? file = FileFinder.Find(_files.Specs, spec => spec.Path, wanted, _sourceFolder);
        if (file is null)
            _problems.Add(new Problem(ProblemId.SpecNotFound, new Place(PlaceKind.NetworkAttribute), path, HintForSpec(path)));
        return file;
    }

    private string HintForSpec(string path)
    {
        if (IsOnnx)
            return Add("NetworkOnnx", path);
        if (!path.EndsWith(SpecExtension, StringComparison.Ordinal))
            return " A spec is the path of a .net or an .onnx file, or a net spec of several lines.";
        string suggestion = FileFinder.Suggest(_files.Specs.Select(spec => spec.Path), path);
        return suggestion.Length > 0 ? suggestion : Add("NetworkSpec", path);
    }

    /// <summary>The items of the build: <c>build/GradCam.Gen.props</c>.</summary>
    private static string Add(string item, string path) => $" Add <{item} Include=\"{path}\" /> to the project.";

    private WeightManifest? FindWeights(string name)
    {
        ManifestFile? file = FileFinder.Find(_files.Manifests, manifest => WeightPath(manifest), name, _sourceFolder);
        var place = new Place(_declaration.Weights is null ? PlaceKind.NetworkAttribute : PlaceKind.WeightsArgument);
        if (file is null)
            _problems.Add(new Problem(ProblemId.WeightsNotFound, place, name, HintForWeights(name)));
        else if (file.Parsed.Error is string error)
            _problems.Add(new Problem(ProblemId.BadManifest, place, name, error));
        return file?.Parsed.Weights;
    }

    private string HintForWeights(string name)
    {
        if (!name.EndsWith(WeightExtension, StringComparison.Ordinal))
            return HintForForeign(name);
        string suggestion = FileFinder.Suggest(_files.Manifests.Select(manifest => manifest.Parsed.File), name);
        return suggestion.Length > 0 ? suggestion : Add("NetworkWeights", name);
    }

    private static string HintForForeign(string name)
    {
        string extension = name.Substring(name.LastIndexOf('.') + 1).ToLowerInvariant();
        string safetensors = name.Substring(0, Math.Max(name.LastIndexOf('.'), 0)) + WeightExtension;
        return " Weights are a .safetensors file." + extension switch
        {
            "pt" or "pth" or "bin" or "ckpt" =>
                $" In Python: safetensors.torch.save_file(torch.load(\"{name}\", weights_only=True), \"{safetensors}\").",
            "h5" or "keras" or "tflite" or "pb" => " Export the network to ONNX with tf2onnx, which holds spec and weights at once.",
            "onnx" => $" An ONNX file holds spec and weights at once: [Network(\"{name}\")].",
            _ => "",
        };
    }

    /// <summary>The weight file's path; of a manifest that is damaged from the start, the manifest's without its extension.</summary>
    private string WeightPath(ManifestFile manifest)
    {
        string file = manifest.Parsed.File;
        if (file.Length == 0)
            return manifest.Path.Substring(0, manifest.Path.Length - ManifestExtension.Length);
        return _files.ProjectFolder.Length == 0 || FileFinder.IsRooted(file) ? file : _files.ProjectFolder + "/" + file;
    }

    private LabelFile? FindLabels(string name, LabelsSyntax? syntax, SpecFile? spec)
    {
        bool inAttribute = _declaration.Labels is not null;
        string folder = inAttribute || spec is null ? _sourceFolder : FileFinder.Folder(spec.Path);
        LabelFile? file = FileFinder.Find(_files.Labels, labels => labels.Path, name, folder);
        Place place = inAttribute ? new Place(PlaceKind.LabelsArgument) : syntax!.Range;
        if (file is null)
        {
            string suggestion = FileFinder.Suggest(_files.Labels.Select(labels => labels.Path), name);
            string hint = !name.EndsWith(".txt", StringComparison.Ordinal) ? " It must be a .txt file."
                : suggestion.Length > 0 ? suggestion
                : Add("NetworkLabels", name);
            _problems.Add(new Problem(ProblemId.LabelsNotFound, place, name, hint));
            return null;
        }

        if (file.Problem is Problem problem)
        {
            _problems.Add(problem);
            return file;
        }

        for (int i = 0; i < file.Labels.Count; i++)
        {
            if (HiddenCharacters.FindForbidden(file.Labels[i], isLines: false) is not var (_, _, character, fault))
                continue;
            var line = new Place(PlaceKind.LabelFile, default, i);
            _problems.Add(new Problem(ProblemId.HiddenCharacter, line, FormattableString.Invariant($"Line {i + 1} of '{name}'"), character, fault));
            break;
        }

        return file;
    }
}
