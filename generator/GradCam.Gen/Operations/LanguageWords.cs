namespace GradCam.Gen.Operations;

/// <summary>The net spec language's own words, which a name without quotes must not be: for who writes specs.</summary>
public static class LanguageWords
{
    private static readonly string[] Others = ["input", "image", "labels", "output", "block", "in", "same", "on", "off"];

    private static readonly HashSet<string> Words = new(
        OperationTable.All.SelectMany(operation => operation.Named.Select(argument => argument.Name).Append(operation.Name)).Concat(Others),
        StringComparer.Ordinal);

    /// <summary>True for a word of the language.</summary>
    public static bool Contains(string name) => Words.Contains(name);
}
