using System.Globalization;

namespace GradCam.Gen.Build.Onnx;

/// <summary>
/// Tensors whose elements lie in files beside the model (TensorProto.external_data). No path may leave the model's directory, also not through a link; only the
/// bytes that a tensor names are read.
/// </summary>
internal sealed class OnnxExternalData(string? directory, ImportBudget budget)
{
    private readonly Dictionary<string, (string Path, long Length)> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Path, long Offset, long Length), ByteRange> _read = [];
    private readonly Dictionary<string, long> _taken = new(StringComparer.Ordinal);

    /// <summary>Full paths of the files that were read so far, in an order that does not change.</summary>
    public IReadOnlyList<string> Files =>
        [.. _files.Values.Select(file => file.Path).Distinct(StringComparer.Ordinal).OrderBy(path => path, StringComparer.Ordinal)];

    /// <summary>Finds a tensor's elements.</summary>
    /// <param name="tensor">The tensor's name, for messages.</param>
    /// <param name="entries">location, offset and length.</param>
    /// <param name="expected">Bytes that the tensor needs.</param>
    public ByteRange Read(string tensor, IReadOnlyDictionary<string, string> entries, long expected)
    {
        if (!entries.TryGetValue("location", out string? location) || location.Length == 0)
            throw new OnnxImportException($"tensor '{tensor}' has external data without a location");
        long offset = Number(tensor, entries, "offset", 0);
        (string path, long size) = File(tensor, location);
        long length = Number(tensor, entries, "length", Math.Max(size - offset, 0));
        if (offset > size || length > size - offset)
        {
            ulong end = (ulong)offset + (ulong)length;
            throw new OnnxImportException($"tensor '{tensor}': bytes {offset} to {end} of external data '{location}', which is {size} bytes long");
        }
        if (length < expected)
            throw new OnnxImportException($"tensor '{tensor}' needs {expected} bytes, external data '{location}' has {length}");
        if (expected > int.MaxValue)
            throw new OnnxImportException($"tensor '{tensor}' has {expected} bytes; {int.MaxValue} are supported");
        if (_read.TryGetValue((path, offset, expected), out ByteRange known))
            return known;
        // Tensors that share a part of the file are rare; a file that is read over and over is hostile.
        _taken.TryGetValue(path, out long taken);
        if (taken + expected > 2 * size)
            throw new OnnxImportException($"tensor '{tensor}': external data '{location}' is used by too many tensors: more than twice its {size} bytes");
        _taken[path] = taken + expected;
        ByteRange bytes = ReadBytes(tensor, location, path, offset, (int)expected);
        _read.Add((path, offset, expected), bytes);
        budget.AddFile(expected);
        return bytes;
    }

    private static long Number(string tensor, IReadOnlyDictionary<string, string> entries, string key, long whenAbsent)
    {
        if (!entries.TryGetValue(key, out string? text))
            return whenAbsent;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value))
            throw new OnnxImportException($"tensor '{tensor}': external data's {key} is '{text}', not a number");
        return value;
    }

    private static ByteRange ReadBytes(string tensor, string location, string path, long offset, int length)
    {
        var bytes = new byte[length];
        if (length == 0)
            return new ByteRange(bytes, 0, 0);
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            file.Position = offset;
            for (int at = 0; at < length;)
            {
                int count = file.Read(bytes, at, length - at);
                if (count == 0)
                    throw new EndOfStreamException("it ends early");
                at += count;
            }
            return new ByteRange(bytes, 0, length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new OnnxImportException($"tensor '{tensor}': external data '{location}' cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The file of a location, and its length. A pipe or a device has none, so that it is never opened.</summary>
    private (string Path, long Length) File(string tensor, string location)
    {
        if (_files.TryGetValue(location, out (string, long) known))
            return known;
        if (directory is null)
            throw new OnnxImportException($"tensor '{tensor}' has external data ('{location}'), which cannot be read here");
        string? path;
        try
        {
            path = ContainedPath.Resolve(directory, location);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException or IOException or UnauthorizedAccessException)
        {
            throw new OnnxImportException($"tensor '{tensor}': external data's location '{location}' is not a path", exception);
        }
        if (path is null)
            throw new OnnxImportException($"tensor '{tensor}': external data '{location}' lies outside the model's directory");
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new OnnxImportException($"tensor '{tensor}': external data '{location}' does not exist beside the model");
        _files.Add(location, (path, file.Length));
        return (path, file.Length);
    }
}
