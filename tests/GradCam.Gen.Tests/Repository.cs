namespace GradCam.Gen.Tests;

/// <summary>Finds the repository's own files from the tests.</summary>
internal static class Repository
{
    private static readonly string Root = FindRoot();

    public static string File(string path) => Path.Combine(Root, path);

    /// <summary>The .net files of the samples, in a stable order.</summary>
    public static IEnumerable<string> SampleSpecs() =>
        Directory.EnumerateFiles(File("samples"), "*.net", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder, "GradCam.Gen.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The tests do not run within the repository.");
    }
}
