using System.Globalization;

namespace GradCam.Gen.Model;

/// <summary>What was made of a weight manifest.</summary>
/// <param name="File">The weight file that it describes, or empty when not even that could be read.</param>
/// <param name="Weights">Its content, or null when it is damaged.</param>
/// <param name="Error">What is wrong with it, or null.</param>
internal sealed record ParsedManifest(string File, WeightManifest? Weights, string? Error);

/// <summary>
/// Reads the text that the build task writes about a weight file:
/// <code>
/// gradcam manifest 1
/// file models/resnet18.safetensors
/// sha256 5c1f…
/// embedded resnet18.safetensors
/// tensors 122
/// F32 [64,3,7,7] conv1.weight
/// …
/// </code>
/// The line <c>embedded</c> is there only when the file is an embedded resource.
/// </summary>
internal static class ManifestReader
{
    public static ParsedManifest Read(string text)
    {
        var lines = new LineReader(text);
        string file = "";
        try
        {
            lines.Expect("gradcam manifest 1");
            file = lines.Field("file");
            string sha256 = lines.Field("sha256");
            if (sha256.Length != 64 || !sha256.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f')))
                throw lines.Error("a SHA-256 in 64 lower-case hexadecimal digits", sha256);
            string? resource = lines.OptionalField("embedded");
            TensorEntry[] tensors = ReadTensors(lines);
            return new ParsedManifest(file, new WeightManifest(file, sha256, resource, tensors.ToEquatableArray()), null);
        }
        catch (FormatException damage)
        {
            return new ParsedManifest(file, null, damage.Message);
        }
    }

    private static TensorEntry[] ReadTensors(LineReader lines)
    {
        string number = lines.Field("tensors");
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int count))
            throw lines.Error("the number of tensors", number);
        // As many as there are lines, not as many as the number says: a damaged one must not allocate.
        var tensors = new List<TensorEntry>();
        var names = new HashSet<string>();
        while (lines.Next() is string line)
        {
            TensorEntry tensor = ReadTensor(lines, line);
            if (!names.Add(tensor.Name))
                throw lines.Error("a tensor that no line before has", line);
            tensors.Add(tensor);
        }
        if (tensors.Count != count)
            throw lines.Error($"the end, after {count} tensors", tensors.Count + " tensors");
        return [.. tensors];
    }

    private static TensorEntry ReadTensor(LineReader lines, string line)
    {
        int open = line.IndexOf(" [", StringComparison.Ordinal);
        int close = line.IndexOf("] ", StringComparison.Ordinal);
        if (open <= 0 || close < open || close + 2 == line.Length)
            throw lines.Error("a tensor such as 'F32 [64,3,7,7] conv1.weight'", line);

        string shape = line.Substring(open + 2, close - open - 2);
        string[] sizes = shape.Length == 0 ? [] : shape.Split(',');
        int[] dimensions = new int[sizes.Length];
        for (int i = 0; i < sizes.Length; i++)
            if (!int.TryParse(sizes[i], NumberStyles.None, CultureInfo.InvariantCulture, out dimensions[i]))
                throw lines.Error("a shape of whole numbers", line);
        return new TensorEntry(line.Substring(close + 2), line.Substring(0, open), dimensions.ToEquatableArray());
    }

    /// <summary>The lines of the text, with their numbers for messages.</summary>
    private sealed class LineReader(string text)
    {
        private const int LongestExcerpt = 60;

        private readonly string[] _lines = text.TrimEnd('\r', '\n').Split('\n');
        private int _line;

        private string? Ahead => _line < _lines.Length ? _lines[_line].TrimEnd('\r') : null;

        public string? Next()
        {
            string? line = Ahead;
            _line++;
            return line;
        }

        public void Expect(string expected)
        {
            string? line = Next();
            if (line != expected)
                throw Error($"'{expected}'", line);
        }

        public string Field(string name)
        {
            string? line = Next();
            return line is not null && line.StartsWith(name + " ", StringComparison.Ordinal) && line.Length > name.Length + 1
                ? line.Substring(name.Length + 1)
                : throw Error($"'{name}' and its value", line);
        }

        public string? OptionalField(string name) => Ahead is string line && line.StartsWith(name + " ", StringComparison.Ordinal) ? Field(name) : null;

        public FormatException Error(string expected, string? found)
        {
            string excerpt = found is null ? "its end" : found.Length <= LongestExcerpt ? $"'{found}'" : $"'{found.Substring(0, LongestExcerpt)}…'";
            return new FormatException($"line {_line.ToString(CultureInfo.InvariantCulture)} of its manifest should be {expected}, but is {excerpt}");
        }
    }
}
