using System.Globalization;
using System.Text;

namespace GradCam.Gen.Emit;

/// <summary>Indented C#.</summary>
internal sealed class SourceWriter
{
    private const int LongestLine = 160;

    private readonly StringBuilder _text = new();
    private int _indent;

    public void Line(string text = "")
    {
        if (text.Length > 0)
            _text.Append(' ', 4 * _indent).Append(text);
        _text.Append('\n');
    }

    /// <summary>A call or a construction: on one line where that is short enough to read, else with as many arguments on each further line as fit.</summary>
    public void Call(string head, IReadOnlyList<string> arguments, string end)
    {
        string line = $"{head}({string.Join(", ", arguments)}){end}";
        if (Fits(line))
        {
            Line(line);
            return;
        }

        Line(head + "(");
        _indent++;
        string filled = "";
        foreach (string argument in arguments)
        {
            if (filled.Length > 0 && !Fits($"{filled} {argument},"))
            {
                Line(filled);
                filled = "";
            }

            filled += (filled.Length > 0 ? " " : "") + argument + ",";
        }

        Line(filled.TrimEnd(',') + ")" + end);
        _indent--;
    }

    /// <summary>The same of a text that ends in a call, with its semicolon.</summary>
    public void Call(string text)
    {
        int open = text.IndexOf('(');
        if (open < 0 || Fits(text))
            Line(text);
        else
            Call(text.Substring(0, open), Arguments(text.Substring(open + 1, text.LastIndexOf(')') - open - 1)), ";");
    }

    private static List<string> Arguments(string list)
    {
        var arguments = new List<string>();
        int depth = 0, start = 0;
        for (int i = 0; i < list.Length; i++)
        {
            depth += list[i] switch { '(' or '[' => 1, ')' or ']' => -1, _ => 0 };
            if (depth > 0 || list[i] != ',')
                continue;
            arguments.Add(list.Substring(start, i - start));
            start = i + 2;
        }

        arguments.Add(list.Substring(start));
        return arguments;
    }

    private bool Fits(string text) => 4 * _indent + text.Length <= LongestLine;

    public void Open(string header)
    {
        Line(header);
        Line("{");
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

    /// <summary>Calls one level further in.</summary>
    public void IndentedCalls(IEnumerable<string> calls)
    {
        _indent++;
        foreach (string call in calls)
            Call(call + ";");
        _indent--;
    }

    /// <summary>A documentation comment of one line; <paramref name="text"/> is plain text.</summary>
    public void Summary(string text) => Line($"/// <summary>{Xml(text)}</summary>");

    public override string ToString() => _text.ToString();

    public static string Xml(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace('\n', ' ').Replace('\r', ' ');

    public static string Literal(string text)
    {
        var literal = new StringBuilder("\"");
        foreach (char c in text)
        {
            literal.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                _ when char.IsControl(c) || c is '\u2028' or '\u2029' || char.IsSurrogate(c) => "\\u" + ((int)c).ToString("x4", CultureInfo.InvariantCulture),
                _ => c.ToString(),
            });
        }

        return literal.Append('"').ToString();
    }

    public static string Float(double value) => ((float)value).ToString("R", CultureInfo.InvariantCulture) + "f";

    public static string Double(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
