using System.Globalization;
using System.Text;

namespace GradCam.Gen.CSharp;

/// <summary>Indented C#.</summary>
internal sealed class SourceWriter
{
    private const int LongestLine = 160;

    /// <summary>The generator's version.</summary>
    public static readonly string Version = typeof(SourceWriter).Assembly.GetName().Version.ToString(3);

    private readonly StringBuilder _text = new();
    private int _indent;

    /// <summary>
    /// One line of code. No character that cannot be seen comes out of <see cref="Comment"/>, <see cref="Literal"/> and <see cref="Identifiers"/>: what
    /// came from outside in another way would stop here.
    /// </summary>
    public void Line(string text = "")
    {
        for (int i = 0; i < text.Length;)
        {
            if (HiddenCharacters.IsHidden(HiddenCharacters.At(text, i, out int length)))
                throw new InvalidOperationException($"generated code would hold {Literal(text.Substring(i, length))}");
            i += length;
        }

        if (text.Length > 0)
            _text.Append(' ', 4 * _indent).Append(text);
        _text.Append('\n');
    }

    /// <summary>
    /// A statement that is a call: on one line where that is short enough to read, else its arguments on the next, or each on a line of its own.
    /// </summary>
    public void Call(string text) => Call(text, expression: 0);

    /// <summary>A member whose body is a call: the same, and where that suffices a line's end in front of the body.</summary>
    public void Member(string head, string body)
    {
        string line = $"{head} => {body};";
        if (Fits(line) || !Fits("    " + body))
        {
            Call(line, head.Length);
            return;
        }

        Line(head + " =>");
        Indented(body + ";");
    }

    private void Call(string text, int expression)
    {
        int open = text.IndexOf('(', expression) + 1;
        if (open == 0 || Fits(text))
        {
            Line(text);
            return;
        }

        Line(text.Substring(0, open));
        _indent++;
        foreach (string line in Fits(text.Substring(open)) ? [text.Substring(open)] : Arguments(text, open))
            Line(line);
        _indent--;
    }

    /// <summary>The arguments from a position on, each with the comma behind it, the last with the call's end.</summary>
    private static List<string> Arguments(string text, int start)
    {
        var arguments = new List<string>();
        int depth = 0;
        for (int i = start; i < text.Length; i++)
        {
            depth += text[i] switch { '(' or '[' => 1, ')' or ']' => -1, _ => 0 };
            if (depth > 0 || text[i] != ',')
                continue;
            arguments.Add(text.Substring(start, i + 1 - start));
            start = i + 2;
        }

        arguments.Add(text.Substring(start));
        return arguments;
    }

    /// <summary>Whether a line is short enough to read.</summary>
    public bool Fits(string text) => 4 * _indent + text.Length <= LongestLine;

    public void Open(string header, params string[] constraints)
    {
        Line(header);
        Indented(constraints);
        Begin("{");
    }

    /// <summary>A bracket, until <see cref="Close"/>.</summary>
    public void Begin(string bracket)
    {
        Line(bracket);
        _indent++;
    }

    public void Close(string end = "}")
    {
        _indent--;
        Line(end);
    }

    /// <summary>Lines one level further in.</summary>
    public void Indented(params string[] lines)
    {
        _indent++;
        foreach (string line in lines)
            Line(line);
        _indent--;
    }

    /// <summary>A documentation comment of one line; <paramref name="text"/> is plain text.</summary>
    public void Summary(string text) => Line($"/// <summary>{Comment(text)}</summary>");

    /// <summary>A line of a longer documentation comment; <paramref name="text"/> is plain text.</summary>
    public void Remark(string text) => Line("/// " + Comment(text).TrimEnd());

    /// <summary>A parameter's documentation; <paramref name="text"/> is plain text.</summary>
    public void Parameter(string name, string text) => Line($"/// <param name=\"{name}\">{Comment(text)}</param>");

    /// <summary>Marks the next member, so that tools for coverage and analysis leave it out. Not the class itself: part of that is the user's.</summary>
    public void Generated() => Line($"[global::System.CodeDom.Compiler.GeneratedCode(\"GradCam.Gen\", {Literal(Version)})]");

    public override string ToString() => _text.ToString();

    /// <summary>
    /// Text from outside as a piece of a comment, XML documentation included: on one line, whatever it holds. With <see cref="Literal"/> the only way for
    /// such text into the code.
    /// </summary>
    public static string Comment(string text)
    {
        var comment = new StringBuilder();
        AppendVisible(comment, text, c => c switch { '&' => "&amp;", '<' => "&lt;", '>' => "&gt;", _ => null });
        return comment.ToString();
    }

    /// <summary>Text from outside as a string literal.</summary>
    public static string Literal(string text)
    {
        var literal = new StringBuilder("\"");
        AppendVisible(literal, text, c => c switch { '"' => "\\\"", '\\' => "\\\\", _ => null });
        return literal.Append('"').ToString();
    }

    /// <summary>Appends text, each character that cannot be seen as C#'s escape of it. In a comment that is nothing but visible.</summary>
    private static void AppendVisible(StringBuilder result, string text, Func<char, string?> replace)
    {
        for (int i = 0; i < text.Length;)
        {
            bool hidden = HiddenCharacters.IsHidden(HiddenCharacters.At(text, i, out int length));
            for (int end = i + length; i < end; i++)
            {
                if (hidden)
                    result.Append("\\u").Append(((int)text[i]).ToString("x4", CultureInfo.InvariantCulture));
                else
                    result.Append(replace(text[i]) ?? text[i].ToString());
            }
        }
    }

    public static string Float(double value) => ((float)value).ToString("R", CultureInfo.InvariantCulture) + "f";

    public static string Double(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
