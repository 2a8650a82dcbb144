namespace GradCam.Weights;

/// <summary>
/// The names of a weight file differ from those of a network by what they begin with: DataParallel writes <c>module.</c>, torch.compile <c>_orig_mod.</c>,
/// Lightning <c>model.</c>, a larger model <c>backbone.</c>.
/// </summary>
/// <param name="Stored">What the names of the file begin with; may be empty.</param>
/// <param name="Expected">What those of the network begin with instead; may be empty.</param>
/// <param name="Example">A name of the network.</param>
internal sealed record KeyPrefix(string Stored, string Expected, string Example)
{
    private const int MostExamples = 3;
    private const int MostCandidates = 32;

    /// <summary>The example under its name in the file.</summary>
    public string StoredExample => InFile(Example);

    /// <summary>Finds the prefix under which the file has at least half of the names that the network reads, and more than without it; or null.</summary>
    /// <param name="wanted">The names that the network reads.</param>
    /// <param name="stored">The names that the file has.</param>
    public static KeyPrefix? Find(IReadOnlyCollection<string> wanted, IReadOnlyCollection<string> stored)
    {
        var names = new HashSet<string>(stored, StringComparer.Ordinal);
        KeyPrefix? best = null;
        int most = Math.Max(wanted.Count(names.Contains), (wanted.Count - 1) / 2);
        foreach (KeyPrefix candidate in Candidates(wanted.Where(name => !names.Contains(name)), stored))
        {
            int fitting = wanted.Count(name => name.StartsWith(candidate.Expected, StringComparison.Ordinal)
                && names.Contains(candidate.InFile(name)));
            if (fitting > most)
                (best, most) = (candidate, fitting);
        }
        return best;
    }

    private string InFile(string name)
    {
        string rest = name.Substring(Expected.Length);
        return Stored + rest;
    }

    /// <summary>Names of the file that end as a missing one does, at least in its last two parts, <c>fc.weight</c>.</summary>
    private static IEnumerable<KeyPrefix> Candidates(IEnumerable<string> missing, IReadOnlyCollection<string> stored)
    {
        foreach (string name in missing.Take(MostExamples))
        {
            int last = name.LastIndexOf('.');
            for (int begin = 0; begin >= 0; begin = NextPart(name, begin, last))
            {
                int start = begin;
                string ending = name.Substring(start);
                // Within a name only whole parts are left out.
                IEnumerable<KeyPrefix> found = stored
                    .Where(other => other.EndsWith(ending, StringComparison.Ordinal)
                        && (start == 0 || other.Length == ending.Length || other[other.Length - ending.Length - 1] == '.'))
                    .Select(other => new KeyPrefix(other.Substring(0, other.Length - ending.Length), name.Substring(0, start), name));
                foreach (KeyPrefix candidate in found.Take(MostCandidates))
                    yield return candidate;
            }
        }
    }

    /// <summary>Where the next part of a name begins, if one more follows; or -1.</summary>
    private static int NextPart(string name, int begin, int last)
    {
        int dot = name.IndexOf('.', begin);
        return dot >= 0 && dot < last ? dot + 1 : -1;
    }
}
