using System.Text.RegularExpressions;
using GradCam.Gen.Diagnostics;

namespace GradCam.Gen.Files;

/// <summary>A file of class names, one a line.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Labels">The names; of a blank line an empty one.</param>
/// <param name="Problem">What is wrong with the file as a whole, or null.</param>
internal sealed record LabelFile(string Path, EquatableArray<string> Labels, Problem? Problem)
{
    private const string Columns = "id|index|idx|number|class|class_?id|class_?name|label|name|category|synset|wnid|description";

    /// <summary>A dictionary or list of Python, JSON or YAML, perhaps behind its name: <c>names = {0: 'tench'</c>.</summary>
    private static readonly Regex Collection = new(@"^(?:\w+\s*[=:]\s*)?(?<open>[{\[])\s*(?<first>[""'\d{\[])", RegexOptions.CultureInvariant);

    private static readonly Regex Heading = new(
        $@"^""?(?:{Columns})""?(?:\s*[,;\t]\s*""?(?:{Columns})""?)+$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);

    public static LabelFile Read(TextFile file)
    {
        string[] lines = file.Text.Replace("\r\n", "\n").Split('\n', '\r');
        int count = lines.Length;
        while (count > 0 && string.IsNullOrWhiteSpace(lines[count - 1]))
            count--;
        string[] labels = [.. lines.Take(count).Select(line => line.Trim())];
        string name = file.Path.Substring(file.Path.LastIndexOfAny(['/', '\\']) + 1);
        return new LabelFile(file.Path, labels.ToEquatableArray(), NotUtf8(labels, file.IsUnicode, name) ?? NotLines(labels, name));
    }

    /// <summary>
    /// The first line with bytes that are not UTF-8: the compiler puts U+FFFD for them, or takes them for characters of the machine's code page.
    /// </summary>
    private static Problem? NotUtf8(string[] labels, bool isUnicode, string name)
    {
        int line = Array.FindIndex(labels, label => label.Any(c => c is '\ufffd' or '\0' || (!isUnicode && c > '\x7f')));
        return line < 0 ? null : new Problem(ProblemId.LabelsNotUtf8, InLine(line), name, Number(line));
    }

    private static Problem? NotLines(string[] labels, string name)
    {
        int line = Array.FindIndex(labels, label => label.Length > 0);
        if (line < 0)
            return null;
        if (labels.Length > line + 1 && Heading.IsMatch(labels[line]))
            return NotLines("a table with columns", "Keep the column of the names alone, without the heading");

        Match start = Collection.Match(labels[line] + " " + labels.ElementAtOrDefault(line + 1));
        string last = labels[labels.Length - 1].TrimEnd(';', ',');
        bool isDictionary = start.Groups["open"].Value == "{";
        if (!start.Success || !last.EndsWith(isDictionary ? "}" : "]", StringComparison.Ordinal))
            return null;
        if (!isDictionary)
            return NotLines("a list in brackets", "Write it in Python: print(\"\\n\".join(names))");
        return start.Groups["first"].Value == "\""
            ? NotLines("a JSON object", "Write its names in the order of their numbers")
            : NotLines("a Python dictionary", "Write it in Python: print(\"\\n\".join(names[i] for i in sorted(names)))");

        Problem NotLines(string what, string cure) => new(ProblemId.LabelsNotLines, InLine(line), name, what, cure);
    }

    private static Place InLine(int line) => new(PlaceKind.LabelFile, default, line);

    private static string Number(int line) => (line + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
