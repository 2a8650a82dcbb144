using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace GradCam.Gen.CSharp;

/// <summary>Names of the spec, the weight file and the class file as C# identifiers.</summary>
internal static class Identifiers
{
    /// <summary>The methods of <c>Schedule</c> that shorten what many layers say.</summary>
    public const string Square = "Square", BatchNorm = "BatchNorm";

    /// <summary>The classes in <c>Schedule</c>, which name each other's members, and its methods that they call.</summary>
    private static readonly string[] ScheduleMembers =
        ["Forward", "Backward", "Operations", "Activations", "Values", "Gradients", "Sums", Square, BatchNorm];

    /// <summary>What every class inherits: a member of such a name would hide it.</summary>
    private static readonly string[] ObjectMembers =
        ["Equals", "Finalize", "GetHashCode", "GetType", "MemberwiseClone", "ReferenceEquals", "ToString"];

    /// <summary>Keywords that <see cref="FromPath"/> can make, and the name that discards a value.</summary>
    private static readonly string[] Words = ["__arglist", "__makeref", "__reftype", "__refvalue", "_"];

    /// <summary>What no member of a class in <c>Schedule</c> can be called. <c>TBackend</c> is their methods' type parameter.</summary>
    public static readonly IReadOnlyCollection<string> ReservedInSchedule = [.. ScheduleMembers, .. ObjectMembers, .. Words, "TBackend"];

    /// <summary>What no member of an enum can be called.</summary>
    public static readonly IReadOnlyCollection<string> ReservedInEnums = [.. Words, "value__"];

    /// <summary><c>layer4.1.conv2</c> becomes <c>Layer4_1_Conv2</c>.</summary>
    public static string FromPath(string path)
    {
        var result = new StringBuilder();
        bool wordBegins = true;
        foreach (char c in path)
        {
            bool valid = IsLetterOrDigit(c) || c == '_';
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
            if (IsLetterOrDigit(c))
                result.Append(wordBegins ? char.ToUpperInvariant(c) : c);
            // An apostrophe does not end a word: jack-o'-lantern.
            wordBegins = !IsLetterOrDigit(c) && (c != '\'' || wordBegins);
        }

        return Finish(result);
    }

    /// <summary><c>left_view</c> becomes <c>left_view</c>, <c>Left</c> becomes <c>left</c>, <c>in</c> becomes <c>@in</c>: the name of a parameter.</summary>
    public static string Parameter(string name)
    {
        string path = FromPath(name);
        path = char.ToLowerInvariant(path[0]) + path.Substring(1);
        return SyntaxFacts.GetKeywordKind(path) == SyntaxKind.None ? path : "@" + path;
    }

    /// <summary>Makes names unique: one that is taken or reserved gets its own index behind it.</summary>
    public static List<string> Unique(IEnumerable<string> names, IEnumerable<string> reserved)
    {
        var taken = new HashSet<string>(reserved, StringComparer.Ordinal);
        var result = new List<string>();
        var next = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string name in names)
        {
            string unique = name;
            int index = next.TryGetValue(name, out int last) ? Math.Max(last, result.Count) : result.Count;
            for (; !taken.Add(unique); index++)
                unique = FormattableString.Invariant($"{name}_{index}");
            next[name] = index;
            result.Add(unique);
        }

        return result;
    }

    /// <summary>Some letters are blank: Hangul's fillers.</summary>
    private static bool IsLetterOrDigit(char c) => char.IsLetterOrDigit(c) && !HiddenCharacters.IsHidden(c);

    private static string Finish(StringBuilder name) =>
        name.Length > 0 && (name[0] == '_' || char.IsLetter(name[0])) ? name.ToString() : "_" + name;
}
