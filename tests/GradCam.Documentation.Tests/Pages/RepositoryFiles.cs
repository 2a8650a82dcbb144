namespace GradCam.Documentation.Tests.Pages;

/// <summary>The repository's files, found from the tests.</summary>
internal static class RepositoryFiles
{
    private static readonly string[] Made = ["bin", "obj", ".git", "node_modules", "packages", "TestResults"];

    public static string Root { get; } = FindRoot();

    /// <summary>All pages, with the paths that they have in the repository.</summary>
    public static IReadOnlyList<string> Pages { get; } =
        [.. Find(Root).Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    public static string At(string path) => Path.Combine(Root, path);

    private static IEnumerable<string> Find(string folder) =>
        Directory.EnumerateFiles(folder, "*.md").Concat(Directory.EnumerateDirectories(folder)
            .Where(inner => !Made.Contains(Path.GetFileName(inner)))
            .SelectMany(Find));

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "GradCam.Gen.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The tests do not run within the repository.");
    }
}
