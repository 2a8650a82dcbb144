using System.CommandLine;
using GradCam.Gen.Tool.Explain;
using GradCam.Gen.Tool.Files;
using GradCam.Gen.Tool.Terminal;

namespace GradCam.Gen.Tool.Evaluation;

/// <summary>What commands take that measure the photos of a folder.</summary>
internal sealed class EvaluationOptions
{
    private readonly Argument<string> _folder = new("FOLDER") { Description = "A folder of photos; its subfolders are walked." };

    private readonly Option<FileInfo?> _labels = new("--labels")
    {
        Description = "What the photos show: a CSV file of names (below the folder) and classes, PHOTO,CLASS. Without it each photo's most probable class " +
            "is explained.",
        HelpName = "CSV",
    };

    private readonly Option<FileInfo?> _boxes = new("--boxes")
    {
        Description = "Where it is: PHOTO,LEFT,TOP,WIDTH,HEIGHT in pixels of the photo, several lines for several boxes.",
        HelpName = "CSV",
    };

    private readonly Option<string[]> _methods = new("--methods") { HelpName = "NAME,…" };

    /// <param name="methods">The methods without the option, in words.</param>
    public EvaluationOptions(string methods)
    {
        _methods.Description = $"The methods, with commas between them, as --help of explain lists them; by default {methods}.";
        _methods.AllowMultipleArgumentsPerToken = true;
        MethodNames.Check(_methods);
    }

    /// <summary>Methods of one forward and one backward pass.</summary>
    public static IReadOnlyList<IExplanationMethod> SinglePass { get; } =
        [.. CamMethod.All.Where(method => (method.Needs & (MethodNeeds.ForwardPasses | MethodNeeds.Suffix | MethodNeeds.InputGradients)) == 0)];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_folder);
        command.Add(_labels);
        command.Add(_boxes);
        command.Add(_methods);
    }

    /// <summary>Whether boxes were named.</summary>
    public bool HasBoxes(ParseResult result) => result.GetValue(_boxes) is not null;

    /// <summary>The methods that were named.</summary>
    public IReadOnlyList<IExplanationMethod> Methods(ParseResult result) =>
        result.GetValue(_methods) is { Length: > 0 } words ? MethodNames.Parse(words) : SinglePass;

    /// <summary>The photos, and what was left out, on the error stream.</summary>
    public IReadOnlyList<LabelledPhoto> Photos(ParseResult result, NetworkInfo info, CancellationToken cancellation)
    {
        var notes = new List<string>();
        IReadOnlyList<LabelledPhoto> photos = PhotoList.Read(
            result.GetRequiredValue(_folder), result.GetValue(_labels), result.GetValue(_boxes), info, notes, cancellation);
        foreach (string note in notes)
            result.InvocationConfiguration.Error.WriteLine(Printable.Name(note));
        return photos;
    }

    /// <summary>The folder, wherever the program was started.</summary>
    public string Folder(ParseResult result) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(result.GetRequiredValue(_folder)));

    /// <summary>What tells labels and boxes from others.</summary>
    public string?[] Hashes(ParseResult result) => [Hash(result.GetValue(_labels)), Hash(result.GetValue(_boxes))];

    private static string? Hash(FileInfo? file)
    {
        if (file is null)
            return null;
        NetFiles.MustExist(file);
        using FileStream stream = file.OpenRead();
        return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(stream));
    }
}
