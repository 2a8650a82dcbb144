using System.Globalization;
using GradCam.Gen.Tool.Terminal;

namespace GradCam.Gen.Tool.Explain;

/// <summary>What classes are called, and which one a user means.</summary>
internal static class ClassNames
{
    /// <summary>Names in a message.</summary>
    private const int Most = 5;

    /// <summary>A class's label, or its index in words where it has none.</summary>
    public static string Of(NetworkInfo info, int classIndex) => classIndex < info.Labels.Count ? info.Labels[classIndex] : $"class {classIndex}";

    /// <summary>An index; a label as it is, in any case, or by its letters and digits alone; or a part of exactly one label.</summary>
    /// <param name="info">The network.</param>
    /// <param name="text">What was typed.</param>
    /// <returns>The class's index.</returns>
    /// <exception cref="UsageException">There is no such class; the message has suggestions.</exception>
    public static int Find(NetworkInfo info, string text)
    {
        IReadOnlyList<string> labels = info.Labels;
        int count = info.Logits.Channels;
        if (int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int index))
        {
            if (index >= 0 && index < count)
                return index;
            throw new UsageException($"Class {index}: expected 0 to {count - 1}.");
        }

        string plain = Plain(text);
        Func<string, bool>[] rules =
        [
            label => label == text,
            label => string.Equals(label, text, StringComparison.OrdinalIgnoreCase),
            label => plain.Length > 0 && Plain(label) == plain,
            label => plain.Length > 0 && Plain(label).Contains(plain, StringComparison.Ordinal),
        ];
        foreach (Func<string, bool> isMeant in rules)
        {
            int[] found = [.. Enumerable.Range(0, labels.Count).Where(i => isMeant(labels[i]))];
            if (found.Length == 1)
                return found[0];
            if (found.Length > 1)
                throw new UsageException($"Class '{text}' is not one but {found.Length}: did you mean {Listed(info, found)}?");
        }

        IEnumerable<string> nearest = labels.OrderBy(label => Suggestion.Distance(Plain(label), plain)).Take(Most);
        throw new UsageException(
            $"There is no class '{text}': " + (labels.Count == 0
                ? $"the network has no names, only indices 0 to {count - 1}"
                : $"did you mean {string.Join(", ", nearest)}?"));
    }

    /// <summary>Names, with their indices where others have the same.</summary>
    private static string Listed(NetworkInfo info, int[] classes) => string.Join(
        ", ", classes.Take(Most).Select(i => info.Labels.Count(label => label == info.Labels[i]) > 1 ? $"{i} ({info.Labels[i]})" : info.Labels[i]));

    /// <summary>Lower-case letters and digits alone: "Great White-Shark" is great_white_shark.</summary>
    private static string Plain(string text) => string.Concat(text.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}
