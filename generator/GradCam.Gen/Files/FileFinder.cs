namespace GradCam.Gen.Files;

/// <summary>Finds the file that a path in an attribute or a spec means.</summary>
internal static class FileFinder
{
    /// <summary>
    /// The file whose path ends with the wanted one, whole folders and file names compared. Of several the one beside <paramref name="folder"/> goes first,
    /// then the one that shares the most folders with it.
    /// </summary>
    /// <param name="files">The files.</param>
    /// <param name="pathOf">A file's path.</param>
    /// <param name="wanted">The path as the user wrote it.</param>
    /// <param name="folder">The folder that it is relative to.</param>
    public static TFile? Find<TFile>(IEnumerable<TFile> files, Func<TFile, string> pathOf, string wanted, string folder)
        where TFile : class
    {
        string absolute = Normalize(IsRooted(wanted) ? wanted : folder + "/" + wanted);
        string ending = "/" + Normalize(wanted).TrimStart('/');
        TFile? best = null;
        (bool IsExact, int Leading, int Trailing) bestRank = default;
        string bestPath = "";
        foreach (TFile file in files)
        {
            string path = Normalize(pathOf(file));
            bool isExact = path == absolute;
            if (!isExact && !("/" + path).EndsWith(ending, StringComparison.Ordinal))
                continue;
            (bool, int, int) rank = (isExact, CommonFolders(path, absolute, fromEnd: false), CommonFolders(path, absolute, fromEnd: true));
            int order = best is null ? 1 : rank.CompareTo(bestRank);
            if (order > 0 || (order == 0 && string.CompareOrdinal(path, bestPath) < 0))
                (best, bestRank, bestPath) = (file, rank, path);
        }
        return best;
    }

    /// <summary><c> Did you mean 'nets/x.net'?</c> for a misspelt path, or nothing.</summary>
    public static string Suggest(IEnumerable<string> paths, string wanted)
    {
        string name = FileName(Normalize(wanted));
        List<string> known = [.. paths.Select(Normalize).OrderBy(path => path, StringComparer.Ordinal)];
        string? nearest = known.Exists(path => FileName(path) == name) ? name : NearestName.Find(name, known.Select(FileName));
        return nearest is null ? "" : $" Did you mean '{known.First(path => FileName(path) == nearest)}'?";
    }

    /// <summary>The folder of a path, without the slash at its end.</summary>
    public static string Folder(string path)
    {
        string normal = Normalize(path);
        int slash = normal.LastIndexOf('/');
        return slash < 0 ? "" : normal.Substring(0, slash);
    }

    /// <summary>Forward slashes, without <c>.</c>, and without <c>..</c> where it can be resolved.</summary>
    public static string Normalize(string path)
    {
        var parts = new List<string>();
        foreach (string part in path.Replace('\\', '/').Split('/'))
        {
            if (part == ".." && parts.Count > 0 && parts[parts.Count - 1] is not (".." or ""))
                parts.RemoveAt(parts.Count - 1);
            else if (part != "." && (part.Length > 0 || parts.Count == 0))
                parts.Add(part);
        }
        return string.Join("/", parts);
    }

    public static bool IsRooted(string path) => path.Length > 0 && (path[0] is '/' or '\\' || (path.Length > 1 && path[1] == ':'));

    private static string FileName(string path) => path.Substring(path.LastIndexOf('/') + 1);

    private static int CommonFolders(string a, string b, bool fromEnd)
    {
        IEnumerable<string> first = a.Split('/');
        IEnumerable<string> second = b.Split('/');
        if (fromEnd)
            (first, second) = (first.Reverse(), second.Reverse());
        return first.Zip(second, (x, y) => x == y).TakeWhile(equal => equal).Count();
    }
}
