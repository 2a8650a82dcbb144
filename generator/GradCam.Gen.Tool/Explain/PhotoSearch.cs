using GradCam.Gen.Tool.Terminal;

namespace GradCam.Gen.Tool.Explain;

/// <summary>A photo to explain, and the files that are written for it.</summary>
/// <param name="Path">The photo.</param>
/// <param name="Output">Where its overlay goes.</param>
internal sealed record PhotoFile(string Path, string Output);

/// <summary>Finds the photos that the command line names.</summary>
internal sealed class PhotoSearch
{
    /// <summary>Ends the names of what this program writes, so that a folder can be explained twice.</summary>
    public const string Suffix = ".gradcam";

    private static readonly string[] PhotoExtensions = [".jpg", ".jpeg", ".jfif", ".png", ".webp", ".bmp"];

    /// <summary>What people take for a picture's or a map's name; a folder is hardly called so.</summary>
    private static readonly string[] OtherExtensions = [".gif", ".tif", ".tiff", ".avif", ".heic", ".svg", ".pdf", ".csv", ".npy", ".txt", ".json", ".html"];

    private readonly Settings _settings;
    private readonly List<string> _notes = [];
    private readonly List<(string Folder, string Message)> _unread = [];

    /// <summary>Photos, and the folders below the one that was named in which they lie.</summary>
    private readonly List<(string Path, string Subfolder)> _found = [];

    private PhotoSearch(Settings settings) => _settings = settings;

    /// <summary>The photo that comes with the program.</summary>
    public static string Example => Path.Combine(AppContext.BaseDirectory, "photos", "chelsea.png");

    /// <summary>The photos, in the order of the command line and of names.</summary>
    public IReadOnlyList<PhotoFile> Photos { get; private set; } = [];

    /// <summary>What was left out, and which folders could not be read.</summary>
    public IEnumerable<string> Messages => _notes.Concat(_unread.Select(unread => $"{unread.Folder}: {unread.Message}"));

    /// <summary>Folders that could not be read, and why.</summary>
    public IReadOnlyList<(string Folder, string Message)> Unread => _unread;

    /// <summary>Where results lie, in words.</summary>
    public string Place => Folder is null ? "beside the photos" : $"in '{Folder}'";

    /// <summary>What comes with the program lies among its binaries, where nobody looks: its result goes into the current folder.</summary>
    private string? Folder => _settings.Out ?? (_settings.Paths.Count == 0 ? "." : null);

    /// <summary>Expands folders and settles the names of the outputs.</summary>
    /// <param name="settings">Paths and output.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="UsageException">The command line asks for what cannot be.</exception>
    public static PhotoSearch Run(Settings settings, CancellationToken cancellation)
    {
        var search = new PhotoSearch(settings);
        bool toFile = search.IsOutFile();
        foreach (string path in settings.Paths.Count == 0 ? [Example] : settings.Paths)
        {
            if (Directory.Exists(path))
                search.Walk(path, cancellation);
            else
                search._found.Add((path, ""));
        }

        search.Photos = toFile ? search.ToFile(settings.Out!) : search.ToFolders();
        return search;
    }

    /// <summary>True for a .png file, false for a folder.</summary>
    private bool IsOutFile()
    {
        if (_settings.Out is not string path || Directory.Exists(path) || path.EndsWith('/') || path.EndsWith(Path.DirectorySeparatorChar))
            return false;
        string extension = Path.GetExtension(path);
        if (string.Equals(extension, ".png", StringComparison.OrdinalIgnoreCase))
            return true;
        if (PhotoExtensions.Concat(OtherExtensions).Contains(extension, StringComparer.OrdinalIgnoreCase))
        {
            string map = extension.ToUpperInvariant() is ".CSV" or ".NPY" ? " The map itself is written beside it with --raw." : "";
            throw new UsageException($"--out '{path}': overlays are written as PNG only. Name a .png file, or a folder.{map}");
        }
        return File.Exists(path) ? throw new UsageException($"--out '{path}' is a file that is there, and no .png: name a .png file, or a folder.") : false;
    }

    /// <summary>A folder's own photos, by name, then those of its subfolders. Links to folders are not followed: they may lead back here.</summary>
    private void Walk(string root, CancellationToken cancellation)
    {
        int before = _found.Count, unread = _unread.Count, skipped = 0, links = 0;
        var folders = new Stack<string>([root]);
        while (folders.TryPop(out string? folder) && !cancellation.IsCancellationRequested)
        {
            List<string> subfolders;
            try
            {
                string relative = Path.GetRelativePath(root, folder);
                IEnumerable<string> photos = Directory.EnumerateFiles(folder).Where(IsPhoto).Order(StringComparer.Ordinal);
                _found.AddRange(photos.Select(path => (path, relative == "." ? "" : relative)));
                subfolders = Directory.EnumerateDirectories(folder).OrderDescending(StringComparer.Ordinal).ToList();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                _unread.Add((folder, exception.Message));
                continue;
            }

            foreach (string subfolder in subfolders)
            {
                if (!_settings.Recursive)
                    skipped++;
                else if (new DirectoryInfo(subfolder).LinkTarget is not null)
                    links++;
                else
                    folders.Push(subfolder);
            }
        }

        string subfoldersLeft = Count(skipped, "subfolder"), walk = $"--recursive walks {(skipped == 1 ? "it" : "them")}.";
        if (_found.Count == before && _unread.Count == unread && !cancellation.IsCancellationRequested)
        {
            string kinds = string.Join(", ", PhotoExtensions);
            throw new UsageException($"The folder '{root}' has no photos: expected {kinds}.{(skipped > 0 ? $" It has {subfoldersLeft}: {walk}" : "")}");
        }
        if (skipped > 0)
            _notes.Add($"{root}: {subfoldersLeft} not walked; {walk}");
        if (links > 0)
            _notes.Add($"{root}: {Count(links, "link")} to folders not followed.");
    }

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private List<PhotoFile> ToFile(string output)
    {
        if (_found.Count != 1)
            throw new UsageException($"--out '{output}' is one file, but there are {_found.Count} photos: name a folder.");
        string photo = _found[0].Path;
        if (WholeFiles.Target(photo) == WholeFiles.Target(output))
            throw new UsageException($"--out '{output}' is the photo itself, which would be lost: name another file.");
        return [new PhotoFile(photo, output)];
    }

    private List<PhotoFile> ToFolders()
    {
        // No result takes another's place, nor a photo's.
        var taken = new HashSet<string>(_found.Select(photo => Path.GetFullPath(photo.Path)), StringComparer.OrdinalIgnoreCase);
        return _found.Select(photo => new PhotoFile(photo.Path, Output(photo.Path, photo.Subfolder, taken))).ToList();
    }

    /// <summary>NAME.gradcam.png; where another photo of the same name has that (cat.jpg beside cat.png), NAME.EXTENSION.gradcam.png, then numbers.</summary>
    private string Output(string photo, string subfolder, HashSet<string> taken)
    {
        string target = Folder is string folder ? Path.Combine(folder, subfolder) : Path.GetDirectoryName(photo) ?? "";
        IEnumerable<string> names = Enumerable.Range(2, int.MaxValue - 2).Select(i => $"{Path.GetFileName(photo)}-{i}")
            .Prepend(Path.GetFileName(photo)).Prepend(Path.GetFileNameWithoutExtension(photo));
        return names.Select(name => Path.Combine(target, name + Suffix + ".png")).First(path => taken.Add(Path.GetFullPath(path)));
    }

    private static bool IsPhoto(string path) =>
        PhotoExtensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)
        && !Path.GetFileNameWithoutExtension(path).EndsWith(Suffix, StringComparison.OrdinalIgnoreCase);
}
