namespace GradCam.Gen.Tests;

/// <summary>Finds the repository's own files from the tests.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string File(string path) => Path.Combine(Root, path);

    /// <summary>The .net files of the samples, in a stable order.</summary>
    public static IEnumerable<string> SampleSpecs() =>
        Directory.EnumerateFiles(File("samples"), "*.net", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    /// <summary>The C# files below a folder, but for what a build makes, in a stable order.</summary>
    public static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
            .Order(StringComparer.Ordinal);

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder, "GradCam.Gen.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The tests do not run within the repository.");
    }
}
