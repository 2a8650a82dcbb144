namespace GradCam.Gen.Tool.Terminal;

/// <summary>
/// Files that appear whole and together, or not at all: each is written beside its place, and renamed when all are complete. A full disk, a fault or a signal
/// leaves what was there before.
/// </summary>
internal sealed class WholeFiles : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<string> Unfinished = [];

    private readonly List<(string Temporary, string Target, string Path)> _files = [];

    /// <summary>Deletes what any thread is writing. For a program that is about to end.</summary>
    public static void DiscardUnfinished()
    {
        lock (Gate)
        {
            foreach (string temporary in Unfinished)
                TryDelete(temporary);
        }
    }

    /// <summary>True for /dev/null, /dev/stdout and the like: they are written to, since a file put in their place would break them.</summary>
    public static bool IsDevice(string path)
    {
        string full = Path.GetFullPath(path);
        return !OperatingSystem.IsWindows()
            && (full.StartsWith("/dev/", StringComparison.Ordinal) || full.StartsWith("/proc/", StringComparison.Ordinal))
            && !full.StartsWith("/dev/shm/", StringComparison.Ordinal);
    }

    /// <summary>Writes a file's content, beside its place. Folders that do not exist are made.</summary>
    /// <param name="path">Its place.</param>
    /// <param name="write">Writes it.</param>
    /// <exception cref="IOException">It cannot be written; the message begins with the path.</exception>
    public void Write(string path, Action<Stream> write)
    {
        string temporary = "";
        try
        {
            if (IsDevice(path))
            {
                using FileStream device = File.OpenWrite(path);
                write(device);
                return;
            }
            string target = Target(path);
            if (Directory.Exists(target))
                throw new IOException("a folder has that name");
            if (File.Exists(target) && File.GetAttributes(target).HasFlag(FileAttributes.ReadOnly))
                throw new IOException("the file that is there is read-only");
            string folder = Path.GetDirectoryName(target)!;
            Directory.CreateDirectory(folder);
            temporary = Path.Combine(folder, $"gradcam-{Guid.NewGuid():N}.tmp");
            lock (Gate)
                Unfinished.Add(temporary);
            _files.Add((temporary, target, path));
            using var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write);
            write(stream);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            string message = temporary.Length > 0 ? exception.Message.Replace(temporary, path, StringComparison.Ordinal) : exception.Message;
            throw new IOException($"{path} could not be written: {message}", exception);
        }
    }

    /// <summary>Puts all files in their places.</summary>
    /// <param name="overwrite">False if a file that is there is an error.</param>
    /// <exception cref="IOException">One cannot be replaced; the message begins with its path.</exception>
    public void Commit(bool overwrite = true)
    {
        // A signal waits here, so that it does not part files that belong together.
        lock (Gate)
        {
            foreach ((string temporary, string target, string path) in _files)
            {
                try
                {
                    if (!OperatingSystem.IsWindows() && File.Exists(target))
                        File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
                    File.Move(temporary, target, overwrite);
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    throw new IOException($"{path} could not be written: {exception.Message.Replace(temporary, path, StringComparison.Ordinal)}", exception);
                }
                Unfinished.Remove(temporary);
            }
            _files.Clear();
        }
    }

    /// <summary>Deletes what was written and not put in its place.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            foreach ((string temporary, _, _) in _files)
            {
                TryDelete(temporary);
                Unfinished.Remove(temporary);
            }
            _files.Clear();
        }
    }

    /// <summary>Where a file lies: of a link, what it points to is replaced, and not the link.</summary>
    public static string Target(string path)
    {
        string full = Path.GetFullPath(path);
        return new FileInfo(full).LinkTarget is null ? full : File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Its name says that it is nothing finished.
        }
    }
}
