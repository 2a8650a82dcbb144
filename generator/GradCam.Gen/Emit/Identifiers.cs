using System.Text;

namespace GradCam.Gen.Emit;

/// <summary>Names of the spec, the weight file and the class file as C# identifiers.</summary>
internal static class Identifiers
{
    /// <summary><c>layer4.1.conv2</c> becomes <c>Layer4_1_Conv2</c>.</summary>
    public static string FromPath(string path)
    {
        var result = new StringBuilder();
        bool wordBegins = true;
        foreach (char c in path)
        {
            bool valid = char.IsLetterOrDigit(c) || c == '_';
            result.Append(!valid ? '_' : wordBegins ? char.ToUpperInvariant(c) : c);
            wordBegins = !valid;
        }

        return Finish(result);
    }

    /// <summary><c>tabby, tabby cat</c> becomes <c>Tabby</c>: the first of several names, in Pascal case.</summary>
    public static string FromLabel(string label)
    {
        var result = new StringBuilder();
        bool wordBegins = true;
        foreach (char c in label.Split(',')[0])
        {
            if (char.IsLetterOrDigit(c))
                result.Append(wordBegins ? char.ToUpperInvariant(c) : c);
            // An apostrophe does not end a word: jack-o'-lantern.
            wordBegins = !char.IsLetterOrDigit(c) && (c != '\'' || wordBegins);
        }

        return Finish(result);
    }

    /// <summary>Makes names unique: one that is taken gets its own index behind it.</summary>
    public static List<string> Unique(IEnumerable<string> names)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var result = new List<string>();
        foreach (string name in names)
        {
            string unique = name;
            for (int i = result.Count; !taken.Add(unique); i++)
                unique = FormattableString.Invariant($"{name}_{i}");
            result.Add(unique);
        }

        return result;
    }

    private static string Finish(StringBuilder name) =>
        name.Length > 0 && (name[0] == '_' || char.IsLetter(name[0])) ? name.ToString() : "_" + name;
}
