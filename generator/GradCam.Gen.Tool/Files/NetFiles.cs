using GradCam.Gen.Tool.Terminal;

namespace GradCam.Gen.Tool.Files;

/// <summary>The files that commands read and write.</summary>
internal static class NetFiles
{
    /// <summary>Requires a file to be there.</summary>
    /// <exception cref="FileException">It is not.</exception>
    public static void MustExist(FileInfo file)
    {
        if (Directory.Exists(file.FullName))
            throw new FileException($"{file} is a folder: name a file.");
        if (!file.Exists)
            throw new FileException($"{file}: there is no such file.{Neighbour(file)}");
    }

    /// <summary>True for one of the extensions, in any case.</summary>
    public static bool Has(FileInfo file, string extension) => string.Equals(file.Extension, extension, StringComparison.OrdinalIgnoreCase);

    /// <summary>Requires that writing loses nothing.</summary>
    /// <param name="outputs">What will be written.</param>
    /// <param name="inputs">What is read.</param>
    /// <param name="force">True if files that are there may be replaced.</param>
    /// <exception cref="FileException">An output is an input, or is there.</exception>
    public static void MustBeFree(IReadOnlyList<string> outputs, IReadOnlyList<FileInfo> inputs, bool force)
    {
        foreach (string output in outputs)
        {
            if (inputs.Any(input => WholeFiles.Target(input.FullName) == WholeFiles.Target(output)))
                throw new FileException($"{output} would be written over what is read: name another place with --out.");
        }
        string[] there = force ? [] : [.. outputs.Where(path => File.Exists(path) && !WholeFiles.IsDevice(path))];
        if (there.Length > 0)
        {
            (string are, string them) = there.Length == 1 ? ("is", "it") : ("are", "them");
            throw new FileException($"{string.Join(" and ", there)} {are} there already: --force replaces {them}.");
        }
    }

    /// <summary>Writes files that appear together or not at all.</summary>
    /// <param name="force">True if files that are there may be replaced.</param>
    /// <param name="files">Places and contents.</param>
    /// <exception cref="FileException">One cannot be written.</exception>
    public static void Write(bool force, params ReadOnlySpan<(string Path, Action<Stream> Content)> files)
    {
        using var whole = new WholeFiles();
        try
        {
            foreach ((string path, Action<Stream> content) in files)
                whole.Write(path, content);
            whole.Commit(force);
        }
        catch (IOException exception)
        {
            throw new FileException(exception.Message);
        }
    }

    private static string Neighbour(FileInfo file)
    {
        try
        {
            return Suggestion.For(file.Name, file.Directory!.EnumerateFiles().Take(1000).Select(other => other.Name));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
