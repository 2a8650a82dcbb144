using System.Text;
using GradCam.Gen.Files;

namespace GradCam.Gen.Export;

/// <summary>A file of class names, one a line.</summary>
public sealed class LabelNames
{
    private LabelNames(string path, IReadOnlyList<string> names)
    {
        Path = path;
        Names = names;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The names; of a blank line an empty one.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="SpecException">The file cannot be read, or is of another kind.</exception>
    public static LabelNames Read(string path)
    {
        try
        {
            LabelFile file = LabelFile.Read(new TextFile(path, File.ReadAllText(path, Encoding.UTF8)));
            return file.Problem is null ? new LabelNames(path, [.. file.Labels]) : throw new SpecException($"{path}: {SpecLoader.Message(file.Problem)}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SpecException($"{path}: {exception.Message}", exception);
        }
    }
}
