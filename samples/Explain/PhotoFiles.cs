namespace Explain;

/// <summary>A photo to explain, and the files that are written for it.</summary>
/// <param name="Path">The photo.</param>
/// <param name="Output">Where its overlay goes.</param>
internal sealed record PhotoFile(string Path, string Output);

/// <summary>Finds the photos that the command line names.</summary>
internal static class PhotoFiles
{
    /// <summary>Ends the names of what this program writes, so that a folder can be explained twice.</summary>
    public const string Suffix = ".gradcam";

    private static readonly string[] Extensions = [".jpg", ".jpeg", ".jfif", ".png", ".webp", ".bmp"];

    /// <summary>The photo that comes with the program.</summary>
    public static string Example => Path.Combine(AppContext.BaseDirectory, "photos", "chelsea.png");

    /// <summary>Expands folders (their own photos, by name) and settles the names of the outputs.</summary>
    /// <param name="settings">Paths and output.</param>
    /// <param name="error">What is wrong with the command line; empty when nothing is.</param>
    public static List<PhotoFile> Find(Settings settings, out string error)
    {
        error = "";
        var photos = new List<string>();
        foreach (string path in settings.Paths.Count == 0 ? [Example] : settings.Paths)
        {
            if (!Directory.Exists(path))
            {
                photos.Add(path);
                continue;
            }

            List<string> found = Directory.EnumerateFiles(path).Where(IsPhoto).Order(StringComparer.Ordinal).ToList();
            if (found.Count == 0)
            {
                error = $"The folder '{path}' has no photos: expected {string.Join(", ", Extensions)}.";
                return [];
            }

            photos.AddRange(found);
        }

        bool toFile = settings.Out is not null && string.Equals(Path.GetExtension(settings.Out), ".png", StringComparison.OrdinalIgnoreCase);
        if (toFile && photos.Count > 1)
        {
            error = $"--out '{settings.Out}' is one file, but there are {photos.Count} photos: name a folder.";
            return [];
        }

        // What comes with the program lies among its binaries, where nobody looks.
        string? folder = toFile ? null : settings.Out ?? (settings.Paths.Count == 0 ? "." : null);
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return photos.Select(photo => new PhotoFile(photo, toFile ? settings.Out! : Output(photo, folder, taken))).ToList();
    }

    /// <summary>NAME.gradcam.png; where another photo of the same name has that (cat.jpg beside cat.png), NAME.EXTENSION.gradcam.png, then numbers.</summary>
    private static string Output(string photo, string? folder, HashSet<string> taken)
    {
        string target = folder ?? Path.GetDirectoryName(photo) ?? "";
        IEnumerable<string> names = Enumerable.Range(2, int.MaxValue - 2).Select(i => $"{Path.GetFileName(photo)}-{i}")
            .Prepend(Path.GetFileName(photo)).Prepend(Path.GetFileNameWithoutExtension(photo));
        return names.Select(name => Path.Combine(target, name + Suffix + ".png")).First(path => taken.Add(Path.GetFullPath(path)));
    }

    private static bool IsPhoto(string path) =>
        Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)
        && !Path.GetFileNameWithoutExtension(path).EndsWith(Suffix, StringComparison.OrdinalIgnoreCase);
}
