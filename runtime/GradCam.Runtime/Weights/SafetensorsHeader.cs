using System.Globalization;
using System.Text.Json;

namespace GradCam.Weights;

/// <summary>
/// The header of a safetensors file, checked: 8 bytes of little-endian length N, N bytes of JSON
/// <c>{"NAME": {"dtype": "F32", "shape": [64, 3, 7, 7], "data_offsets": [0, 37632]}, …, "__metadata__": {"KEY": "TEXT"}}</c>,
/// then the tensors' bytes without gaps.
/// </summary>
/// <remarks>The format: https://github.com/huggingface/safetensors#format.</remarks>
internal sealed class SafetensorsHeader
{
    /// <summary>Bytes of the length before the JSON.</summary>
    public const int PrefixLength = 8;

    /// <summary>The format's limit for the JSON, in bytes.</summary>
    public const int MaxJsonLength = 100_000_000;

    private const int MaxTensors = 100_000;
    private const int MaxMetadata = 10_000;
    private const int MaxNameLength = 1_024;
    private const int MaxRank = 8;

    private readonly Dictionary<string, SafetensorsTensor> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private readonly List<SafetensorsTensor> _tensors = [];
    private readonly string _source;

    private SafetensorsHeader(string source) => _source = source;

    /// <summary>The tensors, in the header's order.</summary>
    public IReadOnlyList<SafetensorsTensor> Tensors => _tensors;

    /// <summary>The file's free-form metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Bytes that the tensors take after the header.</summary>
    public long DataLength { get; private set; }

    public SafetensorsTensor? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Checks the length that the file's first 8 bytes claim.</summary>
    /// <param name="claimed">The claim.</param>
    /// <param name="available">Bytes behind it, <see cref="long.MaxValue"/> where not known.</param>
    /// <param name="source">The file, for messages.</param>
    public static int CheckJsonLength(ulong claimed, long available, string source)
    {
        if (claimed < 2)
            throw new WeightException(Format($"{source}: not a safetensors file: expected the header's length in the first 8 bytes, found {claimed}."));
        if (claimed > MaxJsonLength)
        {
            throw new WeightException(Format(
                $"{source}: not a safetensors file: expected a header of at most {MaxJsonLength:N0} bytes, found a claim of {claimed:N0}."));
        }
        if ((long)claimed > available)
            throw new WeightException(Format($"{source}: truncated: expected a header of {claimed:N0} bytes, found {available:N0}."));
        return (int)claimed;
    }

    /// <summary>Parses and checks the JSON.</summary>
    /// <param name="json">The JSON alone.</param>
    /// <param name="source">The file, for messages.</param>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, string source)
    {
        var header = new SafetensorsHeader(source);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 4 });
        try
        {
            header.ReadEntries(ref reader);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is no valid UTF-8.
            throw new WeightException(Format($"{source}: damaged header near byte {reader.TokenStartIndex}: {exception.Message}"), exception);
        }
        header.CheckLayout();
        return header;
    }

    /// <summary>Checks that the file has the bytes that the header speaks of, no fewer and no more.</summary>
    /// <param name="found">Bytes after the header.</param>
    public void CheckDataLength(long found)
    {
        if (found < DataLength)
        {
            SafetensorsTensor cut = _tensors.Where(tensor => tensor.End > found).MinBy(tensor => tensor.Begin)!;
            throw new WeightException(Format(
                $"{_source}: truncated in tensor {WeightText.Quote(cut.Name)}: expected {DataLength:N0} bytes of data after the header, found {found:N0}."));
        }
        if (found > DataLength)
            throw new WeightException(Format($"{_source}: expected {DataLength:N0} bytes of data after the header, found more."));
    }

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void ReadEntries(ref Utf8JsonReader reader)
    {
        reader.Read();
        Expect(reader, JsonTokenType.StartObject, "an object");
        bool hasMetadata = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string name = ReadName(ref reader);
            reader.Read();
            if (name == "__metadata__")
            {
                if (hasMetadata)
                    throw Damaged(reader, "\"__metadata__\" stands twice");
                hasMetadata = true;
                ReadMetadata(ref reader);
            }
            else
            {
                if (_tensors.Count == MaxTensors)
                    throw Damaged(reader, Format($"expected at most {MaxTensors:N0} tensors, found more"));
                SafetensorsTensor tensor = ReadTensor(ref reader, name);
                if (!_byName.TryAdd(name, tensor))
                    throw new WeightException($"{_source}: tensor {WeightText.Quote(name)} stands twice in the header.");
                _tensors.Add(tensor);
            }
        }
        // Reads what follows the object: only blanks may.
        reader.Read();
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        Expect(reader, JsonTokenType.StartObject, "an object of strings as \"__metadata__\"");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (_metadata.Count == MaxMetadata)
                throw Damaged(reader, Format($"expected at most {MaxMetadata:N0} lines of metadata, found more"));
            string key = reader.GetString()!;
            reader.Read();
            Expect(reader, JsonTokenType.String, "a string as metadata");
            if (!_metadata.TryAdd(key, reader.GetString()!))
                throw Damaged(reader, "a key of the metadata stands twice");
        }
    }

    private SafetensorsTensor ReadTensor(ref Utf8JsonReader reader, string name)
    {
        Expect(reader, JsonTokenType.StartObject, "an object", name);
        string? typeName = null;
        int[]? shape = null;
        (long Begin, long End)? offsets = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (typeName is null && reader.ValueTextEquals("dtype"u8))
            {
                reader.Read();
                Expect(reader, JsonTokenType.String, "a type's name as \"dtype\"", name);
                typeName = reader.GetString()!;
            }
            else if (shape is null && reader.ValueTextEquals("shape"u8))
            {
                shape = ReadShape(ref reader, name);
            }
            else if (offsets is null && reader.ValueTextEquals("data_offsets"u8))
            {
                offsets = ReadOffsets(ref reader, name);
            }
            else
            {
                throw Damaged(reader, "expected \"dtype\", \"shape\" and \"data_offsets\" once each, found another key", name);
            }
        }
        if (typeName is null || shape is null || offsets is not (long begin, long end))
            throw Damaged(reader, "expected \"dtype\", \"shape\" and \"data_offsets\", found only some of them", name);
        if (!WeightTypes.TryParse(typeName, out WeightType type, out int bits))
            throw Damaged(reader, $"unknown type {WeightText.Quote(typeName)}", name);

        Int128 count = 1;
        foreach (int size in shape)
        {
            count *= size;
            if (count > long.MaxValue)
                throw Damaged(reader, $"the size of shape {WeightText.Shape(shape)} overflows", name);
        }
        if (count * bits != (Int128)8 * (end - begin))
        {
            throw Damaged(
                reader, Format($"expected {(count * bits + 7) / 8} bytes for {typeName} {WeightText.Shape(shape)}, found data_offsets [{begin}, {end}]"), name);
        }
        return new SafetensorsTensor(name, type, typeName, shape, begin, end);
    }

    private int[] ReadShape(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        Expect(reader, JsonTokenType.StartArray, "an array as \"shape\"", name);
        Span<int> shape = stackalloc int[MaxRank];
        int rank = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (rank == MaxRank)
                throw Damaged(reader, Format($"expected at most {MaxRank} dimensions, found more"), name);
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out int size) || size < 0)
                throw Damaged(reader, Format($"expected a dimension of 0 to {int.MaxValue}, found {Token(reader)}"), name);
            shape[rank++] = size;
        }
        return shape[..rank].ToArray();
    }

    private (long Begin, long End) ReadOffsets(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        Expect(reader, JsonTokenType.StartArray, "an array as \"data_offsets\"", name);
        long begin = ReadOffset(ref reader, name);
        long end = ReadOffset(ref reader, name);
        reader.Read();
        Expect(reader, JsonTokenType.EndArray, "two data_offsets", name);
        return begin <= end ? (begin, end) : throw Damaged(reader, Format($"data_offsets [{begin}, {end}] run backwards"), name);
    }

    private long ReadOffset(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long offset) || offset < 0)
            throw Damaged(reader, $"expected two data_offsets from 0 up, found {Token(reader)}", name);
        return offset;
    }

    private string ReadName(ref Utf8JsonReader reader)
    {
        // An escape is at most 6 bytes for one character.
        if (reader.ValueSpan.Length > 6 * MaxNameLength)
            throw Damaged(reader, Format($"expected names of at most {MaxNameLength:N0} characters, found a longer one"));
        string name = reader.GetString()!;
        if (name.Length is 0 or > MaxNameLength)
            throw Damaged(reader, Format($"expected names of 1 to {MaxNameLength:N0} characters, found one of {name.Length:N0}"));
        if (name.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029'))
            throw Damaged(reader, $"the name {WeightText.Quote(name)} has control characters");
        return name;
    }

    /// <summary>The tensors lie behind each other, without gap or overlap, as the format demands.</summary>
    private void CheckLayout()
    {
        SafetensorsTensor? previous = null;
        foreach (SafetensorsTensor tensor in _tensors.OrderBy(tensor => tensor.Begin).ThenBy(tensor => tensor.End))
        {
            if (tensor.Begin != DataLength)
            {
                string place = previous is null ? "the start of the data" : $"the end of tensor {WeightText.Quote(previous.Name)}";
                throw new WeightException(Format(
                    $"{_source}: tensor {WeightText.Quote(tensor.Name)}: expected its data at byte {DataLength:N0}, {place}, found it at {tensor.Begin:N0}."));
            }
            DataLength = tensor.End;
            previous = tensor;
        }
    }

    private void Expect(in Utf8JsonReader reader, JsonTokenType type, string expected, string? tensor = null)
    {
        if (reader.TokenType != type)
            throw Damaged(reader, $"expected {expected}, found {Token(reader)}", tensor);
    }

    private WeightException Damaged(in Utf8JsonReader reader, string problem, string? tensor = null)
    {
        string place = tensor is null ? "" : $" tensor {WeightText.Quote(tensor)}:";
        return new WeightException(Format($"{_source}: damaged header near byte {reader.TokenStartIndex}:{place} {problem}."));
    }

    private static string Token(in Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Number => WeightText.Quote(System.Text.Encoding.ASCII.GetString(reader.ValueSpan)),
        JsonTokenType.String => "a string",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.EndObject or JsonTokenType.EndArray => "its end",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        _ => "null",
    };
}
