using System.Globalization;

namespace GradCam.Gen.Build.Onnx;

/// <summary>Tensors whose elements lie in files beside the model (TensorProto.external_data). No path may leave the model's directory.</summary>
internal sealed class OnnxExternalData(string? directory)
{
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    /// <summary>Finds a tensor's elements.</summary>
    /// <param name="tensor">The tensor's name, for messages.</param>
    /// <param name="entries">location, offset and length.</param>
    /// <param name="expected">Bytes that the tensor needs.</param>
    public ByteRange Read(string tensor, IReadOnlyDictionary<string, string> entries, long expected)
    {
        if (!entries.TryGetValue("location", out string? location) || location.Length == 0)
            throw new OnnxImportException($"tensor '{tensor}' has external data without a location");
        long offset = Number(tensor, entries, "offset", 0);
        byte[] file = File(tensor, location);
        long length = Number(tensor, entries, "length", Math.Max(file.Length - offset, 0));
        if (offset > file.Length || length > file.Length - offset)
            throw new OnnxImportException($"tensor '{tensor}': bytes {offset} to {offset + length} of external data '{location}', which is {file.Length} bytes long");
        if (length < expected)
            throw new OnnxImportException($"tensor '{tensor}' needs {expected} bytes, external data '{location}' has {length}");
        return new ByteRange(file, (int)offset, (int)expected);
    }

    private static long Number(string tensor, IReadOnlyDictionary<string, string> entries, string key, long whenAbsent)
    {
        if (!entries.TryGetValue(key, out string? text))
            return whenAbsent;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value))
            throw new OnnxImportException($"tensor '{tensor}': external data's {key} is '{text}', not a number");
        return value;
    }

    private byte[] File(string tensor, string location)
    {
        if (_files.TryGetValue(location, out byte[]? known))
            return known;
        if (directory is null)
            throw new OnnxImportException($"tensor '{tensor}' has external data ('{location}'), which cannot be read here");
        string root = Path.GetFullPath(directory);
        if (!root.EndsWith(Path.DirectorySeparatorChar.ToString(), StringComparison.Ordinal))
            root += Path.DirectorySeparatorChar;
        string path;
        try
        {
            path = Path.GetFullPath(Path.Combine(root, location));
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException or PathTooLongException)
        {
            throw new OnnxImportException($"tensor '{tensor}': external data's location '{location}' is not a path", exception);
        }
        if (Path.IsPathRooted(location) || !path.StartsWith(root, StringComparison.Ordinal))
            throw new OnnxImportException($"tensor '{tensor}': external data '{location}' lies outside the model's directory");
        if (!System.IO.File.Exists(path))
            throw new OnnxImportException($"tensor '{tensor}': external data '{location}' does not exist beside the model");
        try
        {
            byte[] bytes = System.IO.File.ReadAllBytes(path);
            _files.Add(location, bytes);
            return bytes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OnnxImportException($"tensor '{tensor}': external data '{location}' cannot be read: {exception.Message}", exception);
        }
    }
}
