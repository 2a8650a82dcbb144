namespace GradCam.Gen.Build.Safetensors;

/// <summary>
/// The header of a safetensors file, checked as the runtime checks it at load, so that what builds also loads:
/// 8 bytes of little-endian length N, N bytes of JSON
/// <c>{"NAME": {"dtype": "F32", "shape": [64, 3, 7, 7], "data_offsets": [0, 37632]}, …, "__metadata__": {"KEY": "TEXT"}}</c>,
/// then the tensors' bytes without gaps.
/// </summary>
/// <remarks>The format: https://github.com/huggingface/safetensors#format.</remarks>
internal static class SafetensorsHeader
{
    private const int PrefixLength = 8;
    private const int MaxJsonLength = 100_000_000;
    private const int MaxTensors = 100_000;
    private const int MaxMetadata = 10_000;
    private const int MaxNameLength = 1_024;
    private const int MaxRank = 8;

    /// <summary>Reads and checks the header, and that the file has as many bytes as it speaks of.</summary>
    /// <param name="file">The file, seekable, at its start.</param>
    /// <returns>The tensors, in the header's order.</returns>
    /// <exception cref="InvalidDataException">The file is no whole safetensors file. The message says what was expected and found.</exception>
    public static IReadOnlyList<SafetensorsTensor> Read(Stream file)
    {
        long length = file.Length;
        if (length < PrefixLength)
            throw new InvalidDataException($"not a safetensors file: expected at least {PrefixLength} bytes, found {length}");
        ulong claimed = BitConverter.ToUInt64(ReadExactly(file, PrefixLength), 0);
        if (claimed < 2)
            throw new InvalidDataException($"not a safetensors file: expected the header's length in the first {PrefixLength} bytes, found {claimed}");
        if (claimed > MaxJsonLength)
            throw new InvalidDataException($"not a safetensors file: expected a header of at most {MaxJsonLength} bytes, found a claim of {claimed}");
        if ((long)claimed > length - PrefixLength)
            throw new InvalidDataException($"truncated: expected a header of {claimed} bytes, found {length - PrefixLength}");

        List<SafetensorsTensor> tensors = Parse(ReadExactly(file, (int)claimed));
        CheckLayout(tensors, length - PrefixLength - (long)claimed);
        return tensors;
    }

    private static byte[] ReadExactly(Stream file, int count)
    {
        byte[] bytes = new byte[count];
        for (int done = 0; done < count;)
        {
            int read = file.Read(bytes, done, count - done);
            if (read == 0)
                throw new InvalidDataException("truncated while it was read");
            done += read;
        }
        return bytes;
    }

    private static List<SafetensorsTensor> Parse(byte[] json)
    {
        var reader = new JsonReader(json);
        var tensors = new List<SafetensorsTensor>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        string place = "";
        try
        {
            reader.Expect('{', "'{'");
            for (bool isFirst = true; reader.HasNext('}', ref isFirst);)
            {
                place = "";
                // An escape is at most 6 bytes for one character.
                string name = reader.ReadString("a name", 6 * MaxNameLength);
                CheckName(name, reader.Position);
                if (!names.Add(name))
                    throw new JsonException(reader.Position, $"'{name}' stands twice");
                reader.Expect(':', "':'");
                if (name == "__metadata__")
                {
                    SkipMetadata(reader);
                    continue;
                }
                if (tensors.Count == MaxTensors)
                    throw new JsonException(reader.Position, $"expected at most {MaxTensors} tensors, found more");
                place = $"tensor '{name}': ";
                tensors.Add(ReadTensor(reader, name));
            }
            place = "";
            reader.ExpectEnd();
            return tensors;
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"damaged header near byte {exception.Position}: {place}{exception.Message}", exception);
        }
    }

    private static void CheckName(string name, int position)
    {
        if (name.Length is 0 or > MaxNameLength)
            throw new JsonException(position, $"expected names of 1 to {MaxNameLength} characters, found one of {name.Length}");
        // A manifest has one line a tensor.
        if (name.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029'))
            throw new JsonException(position, "a name has control characters");
    }

    private static void SkipMetadata(JsonReader reader)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        reader.Expect('{', "an object of strings as \"__metadata__\"");
        for (bool isFirst = true; reader.HasNext('}', ref isFirst);)
        {
            if (keys.Count == MaxMetadata)
                throw new JsonException(reader.Position, $"expected at most {MaxMetadata} lines of metadata, found more");
            if (!keys.Add(reader.ReadString("a key of the metadata", MaxJsonLength)))
                throw new JsonException(reader.Position, "a key of the metadata stands twice");
            reader.Expect(':', "':'");
            reader.ReadString("a string as metadata", MaxJsonLength);
        }
    }

    private static SafetensorsTensor ReadTensor(JsonReader reader, string name)
    {
        string? type = null;
        int[]? shape = null;
        (long Begin, long End)? offsets = null;
        reader.Expect('{', "an object");
        for (bool isFirst = true; reader.HasNext('}', ref isFirst);)
        {
            string key = reader.ReadString("a key", 6 * MaxNameLength);
            reader.Expect(':', "':'");
            switch (key)
            {
                case "dtype" when type is null:
                    type = reader.ReadString("a type's name as \"dtype\"", 6 * MaxNameLength);
                    break;
                case "shape" when shape is null:
                    shape = ReadShape(reader);
                    break;
                case "data_offsets" when offsets is null:
                    reader.Expect('[', "an array as \"data_offsets\"");
                    long begin = reader.ReadNumber("an offset", long.MaxValue);
                    reader.Expect(',', "two data_offsets");
                    offsets = (begin, reader.ReadNumber("an offset", long.MaxValue));
                    reader.Expect(']', "two data_offsets");
                    break;
                default:
                    throw new JsonException(reader.Position, "expected \"dtype\", \"shape\" and \"data_offsets\" once each, found another key");
            }
        }
        if (type is null || shape is null || offsets is not var (first, end))
            throw new JsonException(reader.Position, "expected \"dtype\", \"shape\" and \"data_offsets\", found only some of them");
        long? expected = ByteCount(type, shape, reader.Position);
        if (end < first || end - first != expected)
        {
            string bytes = expected is null ? "whole bytes" : $"{expected} bytes";
            throw new JsonException(reader.Position, $"expected {bytes} for {type} [{string.Join(",", shape)}], found data_offsets [{first}, {end}]");
        }
        return new SafetensorsTensor(name, type, shape, first, end);
    }

    private static int[] ReadShape(JsonReader reader)
    {
        var shape = new List<int>();
        reader.Expect('[', "an array as \"shape\"");
        for (bool isFirst = true; reader.HasNext(']', ref isFirst);)
        {
            if (shape.Count == MaxRank)
                throw new JsonException(reader.Position, $"expected at most {MaxRank} dimensions, found more");
            shape.Add((int)reader.ReadNumber("a dimension", int.MaxValue));
        }
        return [.. shape];
    }

    /// <summary>Bytes of a tensor, or null where packed elements do not fill the last byte.</summary>
    private static long? ByteCount(string type, int[] shape, int position)
    {
        int bits = type switch
        {
            "F64" or "I64" or "U64" or "C64" => 64,
            "F32" or "I32" or "U32" => 32,
            "F16" or "BF16" or "I16" or "U16" => 16,
            "I8" or "U8" or "BOOL" or "F8_E4M3" or "F8_E5M2" or "F8_E8M0" => 8,
            "F6_E2M3" or "F6_E3M2" => 6,
            "F4" => 4,
            _ => throw new JsonException(position, "unknown type"),
        };
        try
        {
            long count = 1;
            foreach (int size in shape)
                count = checked(count * size);
            // In eighths and rest, so that the bits of many elements cannot overflow before the bytes do.
            long rest = count % 8 * bits;
            return rest % 8 == 0 ? checked(count / 8 * bits + rest / 8) : null;
        }
        catch (OverflowException)
        {
            throw new JsonException(position, $"the size of shape [{string.Join(",", shape)}] overflows");
        }
    }

    /// <summary>The tensors lie behind each other, without gap or overlap, and fill the file.</summary>
    private static void CheckLayout(List<SafetensorsTensor> tensors, long dataLength)
    {
        string place = "the start of the data";
        long end = 0;
        foreach (SafetensorsTensor tensor in tensors.OrderBy(tensor => tensor.Begin).ThenBy(tensor => tensor.End))
        {
            if (tensor.Begin != end)
                throw new InvalidDataException($"tensor '{tensor.Name}': expected its data at byte {end}, {place}, found it at {tensor.Begin}");
            if (tensor.End > dataLength)
            {
                throw new InvalidDataException(
                    $"truncated in tensor '{tensor.Name}': expected its data to byte {tensor.End} after the header, found {dataLength}");
            }
            end = tensor.End;
            place = $"the end of tensor '{tensor.Name}'";
        }
        if (end != dataLength)
            throw new InvalidDataException($"expected {end} bytes of data after the header, found {dataLength}");
    }
}
