using System.Reflection;

namespace GradCam.Gen.Build.Onnx;

/// <summary>Paths that come from a file and must not leave a directory: not by being absolute, not by <c>..</c>, not through a link.</summary>
internal static class ContainedPath
{
    private const int MaximumLinks = 40;

    /// <summary>FileSystemInfo.LinkTarget, which the target framework lacks and .NET 6 and later have.</summary>
    private static readonly PropertyInfo? LinkTarget = typeof(FileSystemInfo).GetProperty("LinkTarget");

    private static readonly char[] Separators = ['/', '\\'];

    /// <summary>The path with all links followed; null where it lies outside the directory.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="relative">A path in it, with slashes of either kind.</param>
    public static string? Resolve(string directory, string relative)
    {
        if (Path.IsPathRooted(relative) || relative[0] is '/' or '\\' || (relative.Length > 1 && relative[1] == ':') || relative.Contains('\0')
            || relative.Split(Separators).Contains(".."))
            return null;
        string root = Path.GetFullPath(directory);
        string path = Path.GetFullPath(Path.Combine(root, relative));
        if (!IsInside(path, root))
            return null;
        // Above the directory links are the user's own: both paths are compared behind them.
        return FollowLinks(root) is string realRoot && FollowLinks(path) is string realPath && IsInside(realPath, realRoot) ? realPath : null;
    }

    private static bool IsInside(string path, string root)
    {
        string folder = root.EndsWith(Path.DirectorySeparatorChar.ToString(), StringComparison.Ordinal) ? root : root + Path.DirectorySeparatorChar;
        return path.StartsWith(folder, StringComparison.Ordinal);
    }

    /// <summary>The path without links; null where they cannot be followed.</summary>
    private static string? FollowLinks(string path)
    {
        string root = Path.GetPathRoot(path)!;
        var open = new Stack<string>(Parts(path, root));
        string real = root;
        for (int links = 0; open.Count > 0;)
        {
            string next = Path.Combine(real, open.Pop());
            var entry = new FileInfo(next);
            bool isReparsePoint = (int)entry.Attributes != -1 && (entry.Attributes & FileAttributes.ReparsePoint) != 0;
            if (isReparsePoint && LinkTarget is null)
                return null;
            // Windows has reparse points that are no links: files in the cloud.
            if (!isReparsePoint || LinkTarget!.GetValue(entry) is not string target)
            {
                real = next;
                continue;
            }
            if (++links > MaximumLinks)
                return null;
            string full = Path.GetFullPath(Path.Combine(real, target));
            real = Path.GetPathRoot(full)!;
            foreach (string part in Parts(full, real))
                open.Push(part);
        }
        return real;
    }

    /// <summary>The folders and the file behind a root, last first.</summary>
    private static IEnumerable<string> Parts(string path, string root) =>
        Enumerable.Reverse(path.Substring(root.Length).Split([Path.DirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries));
}
