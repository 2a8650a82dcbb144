using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using GradCam.Gen.Tool.Files;

namespace GradCam.Gen.Tool.Evaluation;

/// <summary>
/// What was measured so far, a line of JSON a photo, appended when the photo is done: a run that was killed goes on where it was, and no photo is lost or
/// counted twice. The first line says of what the run is.
/// </summary>
internal sealed class Journal : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
    };

    /// <summary>Milliseconds; waiting for the disk takes some for each photo, while which all threads wait.</summary>
    private const int DiskInterval = 1000;

    private readonly Stopwatch _sinceDisk = Stopwatch.StartNew();
    private readonly Lock _gate = new();
    private readonly FileStream _stream;
    private readonly Dictionary<string, PhotoScores> _photos = new(StringComparer.Ordinal);

    private Journal(FileStream stream) => _stream = stream;

    /// <summary>What is done, by name.</summary>
    public IReadOnlyDictionary<string, PhotoScores> Photos => _photos;

    /// <summary>Opens a journal, or begins one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="run">What the run is of: another one's journal is not gone on with.</param>
    /// <param name="restart">True to begin anew.</param>
    /// <exception cref="FileException">It is another run's or damaged, in use, or cannot be written.</exception>
    public static Journal Open(string path, string run, bool restart)
    {
        FileStream? stream = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            // Not shared: two runs would measure the same photos.
            stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            if (restart)
                stream.SetLength(0);
            var journal = new Journal(stream);
            journal.Read(path, run);
            return journal;
        }
        catch (Exception exception)
        {
            stream?.Dispose();
            if (exception is IOException or UnauthorizedAccessException)
                throw new FileException($"{path}: {exception.Message}");
            throw;
        }
    }

    /// <summary>Appends a photo.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Add(PhotoScores photo)
    {
        lock (_gate)
        {
            Append(JsonSerializer.Serialize(photo, Json));
            _photos.Add(photo.Photo, photo);
        }
    }

    public void Dispose()
    {
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
    }

    private void Read(string path, string run)
    {
        byte[] bytes = new byte[_stream.Length];
        _stream.ReadExactly(bytes);
        // What was being written when the run ended is no line.
        int whole = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        _stream.SetLength(whole);
        _stream.Position = whole;
        if (whole == 0)
        {
            Append(run);
            return;
        }

        string[] lines = Encoding.UTF8.GetString(bytes, 0, whole - 1).Split('\n');
        if (lines[0] != run)
        {
            throw new FileException(
                $"{path} is of another run (network, layers, methods, metrics, folder, labels or boxes): name another place with --out, or begin anew with " +
                "--restart.");
        }

        for (int i = 1; i < lines.Length; i++)
        {
            PhotoScores? photo = null;
            try
            {
                photo = JsonSerializer.Deserialize<PhotoScores>(lines[i], Json);
            }
            catch (JsonException)
            {
                // Said below.
            }

            if (photo is null || !_photos.TryAdd(photo.Photo, photo))
                throw new FileException($"{path}({i + 1}): expected a photo that was measured, found something else. Begin anew with --restart.");
        }
    }

    private void Append(string line)
    {
        _stream.Write(Encoding.UTF8.GetBytes(line + "\n"));
        // A killed process loses nothing that the system has; a machine that stops, what is less than a second old.
        bool toDisk = _sinceDisk.ElapsedMilliseconds >= DiskInterval;
        _stream.Flush(toDisk);
        if (toDisk)
            _sinceDisk.Restart();
    }
}
