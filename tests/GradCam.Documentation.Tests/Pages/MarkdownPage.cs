using System.Text.RegularExpressions;
using GradCam.Gen.Tests;

namespace GradCam.Documentation.Tests.Pages;

/// <summary>A fenced block: <c>```net chest.net</c> is of language net and has a name.</summary>
internal sealed record FencedBlock(string Language, string Name, int Line, string Text);

/// <summary>Where a link leads, and in which line it stands.</summary>
internal sealed record PageLink(string Target, int Line);

/// <summary>A page of the repository: its fenced blocks, its links, and what links to it may name.</summary>
internal sealed partial class MarkdownPage
{
    private MarkdownPage(string path, string text)
    {
        Path = path;
        Blocks = [.. Fence().Matches(text).Select(match => new FencedBlock(
            match.Groups["language"].Value, match.Groups["name"].Value, LineOf(text, match.Index), match.Groups["text"].Value))];
        // What stands in code is not a link and not a heading. Lines keep their numbers.
        string prose = Fence().Replace(text, match => new string('\n', match.Value.Count(c => c == '\n')));
        string linked = CodeSpan().Replace(prose, "");
        Links =
        [
            .. Link().Matches(linked).Select(match => new PageLink(match.Groups["target"].Value, LineOf(linked, match.Index))),
            .. HtmlLink().Matches(linked).Select(match => new PageLink(match.Groups["target"].Value, LineOf(linked, match.Index))),
        ];
        Anchors = FindAnchors(prose);
    }

    /// <summary>Its path in the repository.</summary>
    public string Path { get; }

    public IReadOnlyList<FencedBlock> Blocks { get; }

    public IReadOnlyList<PageLink> Links { get; }

    /// <summary>What may follow # in a link to this page, as GitHub names headings.</summary>
    public IReadOnlySet<string> Anchors { get; }

    public static MarkdownPage Read(string path) => Parse(path, File.ReadAllText(Repository.File(path)));

    public static MarkdownPage Parse(string path, string text) => new(path, text);

    private static HashSet<string> FindAnchors(string prose)
    {
        var anchors = new HashSet<string>(StringComparer.Ordinal);
        foreach (Match heading in Heading().Matches(prose))
        {
            string shown = Link().Replace(heading.Groups["text"].Value.Trim(), match => match.Groups["shown"].Value);
            string anchor = NotInAnchors().Replace(shown.ToLowerInvariant(), "").Replace(' ', '-');
            string unique = anchor;
            for (int i = 1; !anchors.Add(unique); i++)
                unique = $"{anchor}-{i}";
        }

        anchors.UnionWith(HtmlAnchor().Matches(prose).Select(match => match.Groups["name"].Value));
        return anchors;
    }

    private static int LineOf(string text, int index) => text.AsSpan(0, index).Count('\n') + 1;

    [GeneratedRegex(@"^ *```(?<language>[\w#+-]*)[ ]?(?<name>[^\n]*)\n(?<text>.*?)^ *```[ ]*$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"(`+)[^`\n]+\1")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"\[(?<shown>(?:[^\[\]]|\[[^\]]*\])*)\]\((?<target>[^)\s]+)(?:\s+""[^""]*"")?\)")]
    private static partial Regex Link();

    [GeneratedRegex("(?:href|src)=\"(?<target>[^\"]+)\"")]
    private static partial Regex HtmlLink();

    [GeneratedRegex(@"^#{1,6} +(?<text>[^\n]+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N}\p{M} _-]")]
    private static partial Regex NotInAnchors();

    [GeneratedRegex("<a (?:name|id)=\"(?<name>[^\"]+)\"")]
    private static partial Regex HtmlAnchor();
}
