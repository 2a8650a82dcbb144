namespace GradCam.Fuzz.Engine;

/// <summary>The seed files beside the program.</summary>
internal static class Corpus
{
    /// <summary>A folder's files, in the order of their names.</summary>
    public static IReadOnlyList<byte[]> Read(string folder) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Corpus", folder)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes),
    ];
}
