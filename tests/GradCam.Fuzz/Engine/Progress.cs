using System.IO.MemoryMappedFiles;

namespace GradCam.Fuzz.Engine;

/// <summary>How far a run is, in a file that outlives the process that runs it.</summary>
internal sealed class Progress : IDisposable
{
    private const int CaseAt = 0;
    private const int FindingsAt = sizeof(long);
    private const int Length = 2 * sizeof(long);

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public Progress(string path)
    {
        using FileStream stream = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        stream.SetLength(Length);
        _file = MemoryMappedFile.CreateFromFile(stream, null, Length, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor();
    }

    /// <summary>The case that runs now.</summary>
    public long Case
    {
        get => _view.ReadInt64(CaseAt);
        set => _view.Write(CaseAt, value);
    }

    /// <summary>Findings so far, those that were not written included.</summary>
    public long Findings
    {
        get => _view.ReadInt64(FindingsAt);
        set => _view.Write(FindingsAt, value);
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
