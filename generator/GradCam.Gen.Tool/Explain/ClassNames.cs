using System.Globalization;
using GradCam.Gen.Tool.Terminal;

namespace GradCam.Gen.Tool.Explain;

/// <summary>What classes are called, and which one a user means.</summary>
internal static class ClassNames
{
    /// <summary>A class's label, or its index in words where it has none.</summary>
    public static string Of(NetworkInfo info, int classIndex) => classIndex < info.Labels.Count ? info.Labels[classIndex] : $"class {classIndex}";

    /// <summary>An index, a label in any case, or a part of exactly one label.</summary>
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

        for (int i = 0; i < labels.Count; i++)
        {
            if (Same(labels[i], text))
                return i;
        }

        List<int> containing = Enumerable.Range(0, labels.Count).Where(i => Plain(labels[i]).Contains(Plain(text), StringComparison.Ordinal)).ToList();
        if (containing.Count == 1 && Plain(text).Length > 0)
            return containing[0];
        IEnumerable<string> nearest = containing.Count > 1
            ? containing.Select(i => labels[i])
            : labels.OrderBy(l => Suggestion.Distance(Plain(l), Plain(text)));
        string suggestion = labels.Count == 0
            ? $"the network has no names, only indices 0 to {count - 1}"
            : $"did you mean {string.Join(", ", nearest.Take(5))}?";
        throw new UsageException(
            containing.Count > 1 ? $"Class '{text}' is not one but {containing.Count}: {suggestion}" : $"There is no class '{text}': {suggestion}");
    }

    private static bool Same(string a, string b) => Plain(a) == Plain(b);

    /// <summary>Lower-case letters and digits alone: "Great White-Shark" is great_white_shark.</summary>
    private static string Plain(string text) => string.Concat(text.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}
