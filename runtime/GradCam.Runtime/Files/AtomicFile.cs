using System.Text;

namespace GradCam.Files;

/// <summary>
/// A file that is written beside its place and renamed when the whole of it is on the disk: whoever looks finds the old file or the new one, never half of
/// one. What ends before <see cref="Commit"/>, an exception or a full disk, leaves the old file as it was. Build task and runtime compile this source.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    /// <summary>Where Linux has files in memory, among the devices.</summary>
    private const string SharedMemory = "/dev/shm/";

    private static readonly string[] Devices = ["/dev/", "/proc/", @"\\.\"];

    private readonly string _asked;
    private readonly string _path;
    private readonly string? _temporary;
    private readonly FileStream _stream;

    private AtomicFile(string path)
    {
        if (string.IsNullOrEmpty(path))
            throw new ArgumentException("The path of a file is expected.", nameof(path));
        _asked = path;
        _path = Path.GetFullPath(path);
        if (IsDevice(_path))
        {
            _stream = new FileStream(_path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
            return;
        }

        _path = FollowLinks(_path);
        bool isThere = File.Exists(_path);
        if (isThere && new FileInfo(_path).IsReadOnly)
            throw new UnauthorizedAccessException($"{path} is read-only.");
        // Beside the target, so that the renaming stays on one volume; of this process alone, so that writers side by side do not share it.
        _temporary = Path.Combine(Path.GetDirectoryName(_path) ?? throw new IOException($"{path}: not a file."), $".gradcam-{Guid.NewGuid():N}.tmp");
        try
        {
            _stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new UnauthorizedAccessException(NameIn(exception.Message), exception);
        }

#if NET
        // Before anything is in it: what others may not read of the old file they may not read of the new one.
        if (isThere && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(_stream.SafeFileHandle, File.GetUnixFileMode(_path));
#endif
    }

    /// <summary>Where the new contents go.</summary>
    public Stream Stream => _stream;

    /// <summary>Begins a file.</summary>
    /// <exception cref="IOException">The folder is not there, or nothing can be written to it.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static AtomicFile Create(string path) => new(path);

    /// <summary>Writes a file, in the place of an older one.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        using AtomicFile file = Create(path);
        write(file.Stream);
        file.Commit();
    }

    /// <summary>Writes text as UTF-8, if the file does not hold it already, and the folders around it.</summary>
    /// <returns>True when the file was written.</returns>
    public static bool WriteIfChanged(string path, string text) => WriteIfChanged(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes bytes, if the file does not hold them already, and the folders around it.</summary>
    /// <returns>True when the file was written.</returns>
    public static bool WriteIfChanged(string path, byte[] bytes)
    {
        if (File.Exists(path) && new FileInfo(path).Length == bytes.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes))
            return false;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        Write(path, stream => stream.Write(bytes, 0, bytes.Length));
        return true;
    }

    /// <summary>Brings what was written to the disk. <see cref="Commit"/> does it, too: this is for files that belong together.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Complete()
    {
        if (!_stream.CanWrite)
            return;
        _stream.Flush(flushToDisk: _temporary is not null);
        _stream.Dispose();
    }

    /// <summary>Puts the file in its place.</summary>
    /// <param name="overwrite">False where an older file is an error.</param>
    /// <exception cref="IOException">The disk is full, or there is an older file that may not be replaced.</exception>
    public void Commit(bool overwrite = true)
    {
        Complete();
        if (_temporary is null)
            return;
        if (!overwrite && File.Exists(_path))
            throw new IOException($"{_path} is there already and would be overwritten.");
#if NET
        File.Move(_temporary, _path, overwrite);
#else
        if (File.Exists(_path))
            File.Replace(_temporary, _path, destinationBackupFileName: null);
        else
            File.Move(_temporary, _path);
#endif
    }

    /// <summary>A message with the file's own name, where it has that of what is written beside it.</summary>
    public string NameIn(string message) => _temporary is null ? message : message.Replace(_temporary, _asked);

    /// <summary>Deletes what was written, for a program that is about to end and whose other threads may be writing. What cannot be deleted stays.</summary>
    public void Discard()
    {
        if (_temporary is null)
            return;
        try
        {
            File.Delete(_temporary);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Its name says that it is nothing finished.
        }
    }

    /// <summary>Throws away what was not put in its place.</summary>
    public void Dispose()
    {
        try
        {
            _stream.Dispose();
        }
        catch (IOException)
        {
            // What no longer goes to the disk is not wanted; the error was thrown where it was written.
        }

        Discard();
    }

    /// <summary>What is no file on a disk (/dev/stdout, NUL) is written to as it stands: nothing can take its place.</summary>
    /// <param name="path">A full path.</param>
    public static bool IsDevice(string path) =>
        Devices.Any(device => path.StartsWith(device, StringComparison.Ordinal)) && !path.StartsWith(SharedMemory, StringComparison.Ordinal);

    /// <summary>The file that a link leads to, so that the link stays one.</summary>
    /// <param name="path">A full path.</param>
    public static string FollowLinks(string path)
    {
#if NET
        return new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
#else
        return path;
#endif
    }
}
