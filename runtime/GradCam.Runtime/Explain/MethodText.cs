namespace GradCam.Explain;

/// <summary>What somebody wrote for a method: a name, and parameters in parentheses.</summary>
internal static class MethodText
{
    /// <summary>The name, and the parameters; null where there are none.</summary>
    /// <exception cref="ArgumentException">A parenthesis is not closed, or something follows it.</exception>
    public static (string Name, MethodArguments? Arguments) Split(string text)
    {
        int open = text.IndexOf('(');
        if (open < 0)
            return (text, null);
        string rest = text[(open + 1)..].TrimEnd();
        if (!rest.EndsWith(')'))
            throw new ArgumentException($"Expected a method, and its parameters in parentheses: 'rise(samples 500)'; found '{text}'.");
        return (text[..open].Trim(), new MethodArguments(rest[..^1]));
    }
}
