namespace GradCam.Gen.Texts;

/// <summary>Finds what a misspelt name was meant to be.</summary>
internal static class NearestName
{
    private const int LongestName = 64;
    private const int MostCandidates = 10_000;

    /// <summary>The candidate with the fewest edits, if they are few for the name's length; the first of several.</summary>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        if (name.Length is 0 or > LongestName)
            return null;
        string? nearest = null;
        int fewest = Math.Max(1, name.Length / 3) + 1;
        foreach (string candidate in candidates.Take(MostCandidates))
        {
            if (candidate.Length is 0 or > LongestName || Math.Abs(candidate.Length - name.Length) >= fewest || candidate == name)
                continue;
            int distance = Distance(name, candidate);
            // Two names that have nothing in common are no slip, however short they are.
            if (distance < fewest && distance < Math.Max(name.Length, candidate.Length))
            {
                fewest = distance;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /// <summary><c> Did you mean 'x'?</c>, with the blank in front, or nothing.</summary>
    public static string Suggest(string name, IEnumerable<string> candidates) => Find(name, candidates) is string nearest ? $" Did you mean '{nearest}'?" : "";

    /// <summary>The number of characters to insert, delete, replace or swap with their neighbour (optimal string alignment); names that differ in case alone
    /// are 0 apart.</summary>
    private static int Distance(string a, string b)
    {
        if (string.Equals(a, b, StringComparison.OrdinalIgnoreCase))
            return 0;
        int[] beforePrevious = new int[b.Length + 1];
        int[] previous = new int[b.Length + 1];
        int[] current = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
            previous[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, 1 + Math.Min(previous[j], current[j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    current[j] = Math.Min(current[j], beforePrevious[j - 2] + 1);
            }
            (beforePrevious, previous, current) = (previous, current, beforePrevious);
        }
        return previous[b.Length];
    }
}
