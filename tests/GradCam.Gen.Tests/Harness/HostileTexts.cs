using CsCheck;
using Draw = CsCheck.Gen;

namespace GradCam.Gen.Tests.Harness;

/// <summary>Texts that try to leave the comment or the literal that they are put into.</summary>
internal static class HostileTexts
{
    private static readonly Gen<string> Pieces = Draw.OneOf(
        // Ends of lines, for C#, for .NET or for a terminal.
        Draw.OneOf("\r", "\n", "\r\n", "\v", "\f", "\u0085", "\u2028", "\u2029", "\0", "\u001a", "\u001b", "\b"),
        // What is not seen, or turns what is.
        Draw.OneOf("\u202a", "\u202b", "\u202d", "\u202e", "\u202c", "\u2066", "\u2067", "\u2068", "\u2069", "\u200b", "\u200d", "\u200e", "\u061c", "\u00ad"),
        Draw.OneOf("\ufeff", "\ufffe", "\uffff", "\ud83d", "\udc31", "\ud83d\udc31", "\udb40\udc01", "\u2060", "\u3164", "\u00a0", "\u3000"),
        // What ends comments, literals, documentation.
        Draw.OneOf("\"", "\"\"\"", "\\", "'", "*/", "/*", "//", "///", "</summary>", "<", "&", "&#10;", "]]>", "-->", "\\u000a", "\\r", "{0}", "{{", "$\"{"),
        // What would be code.
        Draw.OneOf(
            "} internal static class Evil { [System.Runtime.CompilerServices.ModuleInitializer] internal static void Run() { } } //", "#line 1 \"x\"", "#endif",
            "#pragma warning disable",
            "#nullable disable", "using System;", "[assembly: X]", ");", "=> throw null;", "#if false", "class Evil;"),
        // Names.
        Draw.OneOf("values", "Equals", "forward", "a.b", "a_b", "_", "__arglist", "value__", "class", "1", "x", "é", "漢字", "שלום", "ﬁ", " ", "\t", ",", "-"));

    /// <summary>Some pieces in a row.</summary>
    public static readonly Gen<string> Text = Pieces.Array[1, 5].Select(string.Concat);

    /// <summary>A name as a spec's strings may hold it: on one line.</summary>
    public static readonly Gen<string> Name = Text.Select(
        text => text.Replace('\r', '?').Replace('\n', '?') is { Length: > 0 } name && name != "in" ? name : "x");

    /// <summary>A name as the string of a spec.</summary>
    public static string Quote(string name) =>
        "\"" + name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
}
