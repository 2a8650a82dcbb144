namespace GradCam.Weights;

/// <summary>Finds the tensor that a misspelt name means.</summary>
internal static class NearestTensor
{
    private const int LongestCompared = 128;

    /// <summary>The name in a list that a misspelt name most likely means, or null. One with another prefix (<c>module.</c>, <c>model.</c>) is near.</summary>
    public static string? Find(string name, IEnumerable<string> names)
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
