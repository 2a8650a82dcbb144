using GradCam.Files;

namespace GradCam.Gen.Tool.Terminal;

/// <summary>
/// Files that appear whole and together, or not at all: each is written beside its place, and renamed when all are complete. A full disk, a fault or a signal
/// leaves what was there before.
/// </summary>
internal sealed class WholeFiles : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<AtomicFile> Unfinished = [];

    private readonly List<(AtomicFile File, string Path)> _files = [];

    /// <summary>Deletes what any thread is writing. For a program that is about to end.</summary>
    public static void DiscardUnfinished()
    {
        lock (Gate)
        {
            foreach (AtomicFile file in Unfinished)
                file.Discard();
        }
    }

    /// <summary>True for /dev/null, /dev/stdout and the like: they are written to, since a file put in their place would break them.</summary>
    public static bool IsDevice(string path) => AtomicFile.IsDevice(Path.GetFullPath(path));

    /// <summary>Where a file lies: of a link, what it points to is replaced, and not the link.</summary>
    public static string Target(string path) => AtomicFile.FollowLinks(Path.GetFullPath(path));

    /// <summary>Writes a file's content, beside its place. Folders that do not exist are made.</summary>
    /// <param name="path">Its place.</param>
    /// <param name="write">Writes it.</param>
    /// <exception cref="IOException">It cannot be written; the message begins with the path.</exception>
    public void Write(string path, Action<Stream> write)
    {
        AtomicFile? file = null;
        try
        {
            string target = Target(path);
            if (Directory.Exists(target))
                throw new IOException("a folder has that name");
            if (!IsDevice(path))
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            lock (Gate)
            {
                file = AtomicFile.Create(path);
                Unfinished.Add(file);
            }

            _files.Add((file, path));
            write(file.Stream);
            file.Complete();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(path, file, exception);
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
            foreach ((AtomicFile file, string path) in _files)
            {
                try
                {
                    file.Commit(overwrite);
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    throw NotWritten(path, file, exception);
                }
            }
        }

        Dispose();
    }

    /// <summary>Deletes what was written and not put in its place.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            foreach ((AtomicFile file, _) in _files)
            {
                file.Dispose();
                Unfinished.Remove(file);
            }

            _files.Clear();
        }
    }

    private static IOException NotWritten(string path, AtomicFile? file, Exception exception) =>
        new($"{path} could not be written: {file?.NameIn(exception.Message) ?? exception.Message}", exception);
}
