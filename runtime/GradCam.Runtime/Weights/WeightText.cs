using System.Text;

namespace GradCam.Weights;

/// <summary>How names, shapes and suggestions look in messages.</summary>
internal static class WeightText
{
    private const int LongestShown = 120;
    private const int LongestCompared = 128;

    /// <summary>A name from a file in quotes, shortened, with control characters escaped, so that a hostile file cannot draw on the terminal.</summary>
    public static string Quote(string name)
    {
        var text = new StringBuilder("'");
        foreach (char c in name.Length > LongestShown ? name[..LongestShown] : name)
        {
            if (char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029')
                text.Append(null, $"\\u{(int)c:x4}");
            else
                text.Append(c);
        }
        return text.Append(name.Length > LongestShown ? "…'" : "'").ToString();
    }

    /// <summary>[64, 3, 7, 7].</summary>
    public static string Shape(IEnumerable<int> shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>The name in a list that a misspelt name most likely means, or null. One with another prefix (<c>module.</c>, <c>model.</c>) is near.</summary>
    public static string? Nearest(string name, IEnumerable<string> names)
    {
        string? best = null;
        // Farther names are no suggestion; the bound also keeps the search fast on a file of many thousand names.
        int limit = Math.Min(8, 1 + name.Length / 4);
        foreach (string candidate in names)
        {
            if (candidate.EndsWith("." + name, StringComparison.Ordinal) || name.EndsWith("." + candidate, StringComparison.Ordinal))
                return candidate;
            int distance = Distance(name, candidate, limit);
            if (distance < limit)
                (best, limit) = (candidate, distance);
        }
        return best;
    }

    /// <summary>Levenshtein's distance, or <paramref name="limit"/> when it is not below.</summary>
    private static int Distance(string a, string b, int limit)
    {
        if (Math.Abs(a.Length - b.Length) >= limit || a.Length > LongestCompared || b.Length > LongestCompared)
            return limit;
        Span<int> row = stackalloc int[LongestCompared + 1];
        for (int j = 0; j <= b.Length; j++)
            row[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            int smallest = row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
                smallest = Math.Min(smallest, row[j]);
            }
            if (smallest >= limit)
                return limit;
        }
        return Math.Min(row[b.Length], limit);
    }
}
