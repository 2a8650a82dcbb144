using System.Globalization;
using GradCam.Gen.Diagnostics;

namespace GradCam.Gen.Spec;

/// <summary>Collects the problems of a text, up to <see cref="SpecParser.MaxProblems"/>.</summary>
internal sealed class ProblemList(string text)
{
    private const int LongestExcerpt = 40;

    private readonly List<Problem> _problems = [];

    /// <summary>How many problems were found, those beyond the limit included.</summary>
    public int Count { get; private set; }

    /// <summary>True when further problems are only counted, so that their messages need not be made.</summary>
    private bool IsFull => Count >= SpecParser.MaxProblems;

    public EquatableArray<Problem> InOrder() => _problems.OrderBy(problem => problem.Place.Range.Start).ToEquatableArray();

    public void Add(string id, TextRange range, params string[] arguments)
    {
        if (Count++ < SpecParser.MaxProblems)
            _problems.Add(new Problem(id, range, arguments));
    }

    /// <summary>Adds a syntax error: something else was expected where this token is. At the end of a line or of the text the place is behind what was
    /// consumed last.</summary>
    public void Unexpected(string expected, in Lexer lexer)
    {
        Lexer ahead = lexer;
        Token token = ahead.Current;
        if (token.Kind == TokenKind.End)
            Add(ProblemId.SyntaxError, new TextRange(lexer.Position, 0), expected, "the end of the spec");
        else if (token.OnNewLine && lexer.Position > 0)
            Add(ProblemId.SyntaxError, new TextRange(lexer.Position, 0), expected, "the end of the line");
        else
            UnexpectedStart(expected, token);
    }

    /// <summary>Adds a syntax error where a statement was expected: the token is wrong, not the end of the line above it.</summary>
    public void UnexpectedStart(string expected, Token token) => Add(ProblemId.SyntaxError, token.Range, expected, Excerpt(token));

    /// <summary>A token as messages quote it.</summary>
    public string Excerpt(Token token) => token.Kind switch
    {
        TokenKind.End => "the end of the spec",
        TokenKind.Label => Quote(Excerpt(token.Range) + ":"),
        TokenKind.Malformed when text[token.Range.Start] == '"' => "a string without its closing '\"'",
        _ => Quote(Excerpt(token.Range)),
    };

    /// <summary>A piece of the text, shortened and on one line.</summary>
    public string Excerpt(TextRange range)
    {
        string excerpt = text.Substring(range.Start, Math.Min(range.Length, LongestExcerpt));
        if (excerpt.Any(c => char.IsControl(c)))
            excerpt = new string([.. excerpt.Select(c => char.IsControl(c) ? ' ' : c)]);
        return range.Length > LongestExcerpt ? excerpt + "…" : excerpt;
    }

    public static string Quote(string name) => $"'{name}'";

    /// <summary><c> Did you mean 'x'?</c>, as <see cref="NearestName.Suggest"/>.</summary>
    public string Suggest(string name, IEnumerable<string> candidates) => IsFull ? "" : NearestName.Suggest(name, candidates);

    /// <summary><c>in line 3</c>.</summary>
    public string Line(TextRange range)
    {
        if (IsFull)
            return "";
        int line = 1;
        for (int i = 0; i < range.Start; i++)
            if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')))
                line++;
        return "in line " + line.ToString(CultureInfo.InvariantCulture);
    }
}
