namespace GradCam.Gen.Tool.Terminal;

/// <summary>The name that was probably meant.</summary>
internal static class Suggestion
{
    /// <summary>" Did you mean 'NAME'?" where a name is near what was typed; else nothing.</summary>
    public static string For(string typed, IEnumerable<string> names) => Nearest(typed, names) is string name ? $" Did you mean '{name}'?" : "";

    /// <summary>Letters to insert, delete, replace or swap with their neighbour.</summary>
    public static int Distance(string a, string b)
    {
        int[] beforeLast = [], last = Enumerable.Range(0, b.Length + 1).ToArray();
        for (int i = 1; i <= a.Length; i++)
        {
            var row = new int[b.Length + 1];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(last[j], row[j - 1]) + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
            }
            (beforeLast, last) = (last, row);
        }

        return last[b.Length];
    }

    private static string? Nearest(string typed, IEnumerable<string> names)
    {
        string wanted = Plain(typed);
        return names.Where(name => Misfit(wanted, Plain(name)) is not null).MinBy(name => Misfit(wanted, Plain(name)));
    }

    /// <summary>The number of letters that differ, none if a part of the name was typed; null where it is too many to be a slip.</summary>
    private static int? Misfit(string typed, string name)
    {
        if (typed.Length >= 3 && name.Contains(typed, StringComparison.Ordinal))
            return 0;
        int most = Math.Max(1, name.Length / 3);
        if (Math.Abs(typed.Length - name.Length) > most)
            return null;
        int distance = Distance(typed, name);
        return distance <= most && distance < name.Length ? distance : null;
    }

    private static string Plain(string text) => text.TrimStart('-').ToLowerInvariant();
}
