using System.Globalization;
using System.Text;

namespace GradCam.Gen.Tool.Terminal;

/// <summary>
/// Text from files and of file names, safe to print: what would move the cursor, change colours or reverse the reading direction is written as \u001b.
/// </summary>
internal static class Printable
{
    /// <summary>A name.</summary>
    public static string Name(string text) => Escape(text, keepLines: false);

    /// <summary>A message, which may have several lines.</summary>
    public static string Message(string text) => Escape(text, keepLines: true);

    private static string Escape(string text, bool keepLines)
    {
        if (!text.Any(c => MustBeEscaped(c, keepLines)))
            return text;
        var builder = new StringBuilder();
        foreach (char c in text)
            _ = MustBeEscaped(c, keepLines) ? builder.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : builder.Append(c);
        return builder.ToString();
    }

    private static bool MustBeEscaped(char c, bool keepLines) =>
        c is '\n' or '\r' ? !keepLines
        : char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
