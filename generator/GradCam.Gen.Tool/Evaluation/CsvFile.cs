using System.Text;
using GradCam.Gen.Tool.Files;

namespace GradCam.Gen.Tool.Evaluation;

/// <summary>A line of a file of comma-separated values.</summary>
/// <param name="Number">Which one, from 1.</param>
/// <param name="Fields">Its fields, without quotes.</param>
internal sealed record CsvLine(int Number, IReadOnlyList<string> Fields);

/// <summary>Reads comma-separated values, as RFC 4180 has them but for line ends within quotes.</summary>
internal static class CsvFile
{
    /// <summary>More than any list of photos has.</summary>
    private const long MostBytes = 1L << 30;

    /// <exception cref="FileException">It cannot be read, or is not such a file.</exception>
    public static IReadOnlyList<CsvLine> Read(FileInfo file, int fields, string expected)
    {
        NetFiles.MustExist(file);
        if (file.Length > MostBytes)
            throw new FileException($"{file}: it has {file.Length} bytes, which no list of photos has.");
        var lines = new List<CsvLine>();
        int number = 0;
        try
        {
            foreach (string text in File.ReadLines(file.FullName))
            {
                number++;
                if (string.IsNullOrWhiteSpace(text))
                    continue;
                if (Split(text) is not { } line || line.Count != fields)
                    throw new FileException($"{file}({number}): expected {expected}, with commas between them; found '{Shortened(text)}'.");
                lines.Add(new CsvLine(number, line));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FileException($"{file}: {exception.Message}");
        }

        return lines;
    }

    /// <summary>A field, in quotes where it needs them.</summary>
    public static string Quote(string field) =>
        field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Null where a quote has no end.</summary>
    private static List<string>? Split(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        bool isQuoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (isQuoted && c == '"' && i + 1 < line.Length && line[i + 1] == '"')
                field.Append(line[++i]);
            else if (c == '"' && (isQuoted || string.IsNullOrWhiteSpace(field.ToString())))
                Turn();
            else if (c == ',' && !isQuoted)
                Next();
            else
                field.Append(c);
        }

        Next();
        return isQuoted ? null : fields;

        // Blanks before a quote are none of the field's.
        void Turn()
        {
            if (!isQuoted)
                field.Clear();
            isQuoted = !isQuoted;
        }

        void Next()
        {
            fields.Add(field.ToString().Trim());
            field.Clear();
        }
    }

    private static string Shortened(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
