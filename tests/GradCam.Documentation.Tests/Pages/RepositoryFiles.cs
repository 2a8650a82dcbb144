using GradCam.Gen.Tests;

namespace GradCam.Documentation.Tests.Pages;

/// <summary>The repository's pages, found from the tests.</summary>
internal static class RepositoryFiles
{
    private static readonly string[] Made = ["bin", "obj", ".git", "node_modules", "packages", "TestResults"];

    /// <summary>All pages, with the paths that they have in the repository.</summary>
    public static IReadOnlyList<string> Pages { get; } =
        [.. Find(Repository.Root).Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Find(string folder) =>
        Directory.EnumerateFiles(folder, "*.md").Concat(Directory.EnumerateDirectories(folder)
            .Where(inner => !Made.Contains(Path.GetFileName(inner)))
            .SelectMany(Find));
}
