using System.Buffers.Binary;

namespace GradCam.Weights.Format;

/// <summary>
/// The header of a safetensors file, checked: 8 bytes of little-endian length N, N bytes of JSON
/// <c>{"NAME": {"dtype": "F32", "shape": [64, 3, 7, 7], "data_offsets": [0, 37632]}, …, "__metadata__": {"KEY": "TEXT"}}</c>,
/// then the tensors' bytes without gaps. The build's task and the runtime compile this one reader, so that what builds also loads.
/// </summary>
/// <remarks>
/// The format: https://github.com/huggingface/safetensors#format. What no network may use need not be understood: other keys of an entry, types without a known
/// size, any number of dimensions. Memory is at most in proportion to the header's bytes. All errors are a
/// <see cref="WeightFormatException"/>.
/// </remarks>
internal sealed class SafetensorsHeader
{
    /// <summary>Bytes of the length before the JSON.</summary>
    public const int PrefixLength = 8;

    /// <summary>How many of the file's first bytes tell what it is instead of a safetensors file.</summary>
    public const int StartLength = 512;

    /// <summary>The format's limit for the JSON, in bytes.</summary>
    private const int MaxJsonLength = 100_000_000;

    private const int MaxTensors = 100_000;
    private const int MaxMetadata = 10_000;

    private readonly Dictionary<string, SafetensorsTensor> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private readonly List<SafetensorsTensor> _tensors = [];

    private SafetensorsHeader()
    {
    }

    /// <summary>The tensors, in the header's order.</summary>
    public IReadOnlyList<SafetensorsTensor> Tensors => _tensors;

    /// <summary>The file's free-form metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Bytes that the tensors take after the header.</summary>
    public long DataLength { get; private set; }

    public SafetensorsTensor? Find(string name) => _byName.TryGetValue(name, out SafetensorsTensor? tensor) ? tensor : null;

    /// <summary>Checks the length that the file's first 8 bytes claim, and what follows them.</summary>
    /// <param name="start">The file's first bytes, as many of <see cref="StartLength"/> as it has.</param>
    /// <param name="available">Bytes of the file, <see cref="long.MaxValue"/> where not known.</param>
    /// <returns>Bytes of the JSON.</returns>
    /// <exception cref="WeightFormatException">It is no safetensors file, or not all of one.</exception>
    public static int ReadJsonLength(ReadOnlySpan<byte> start, long available)
    {
        if (start.Length < PrefixLength)
            throw BadStart(start, claimed: 0, available);
        ulong claimed = BinaryPrimitives.ReadUInt64LittleEndian(start);
        bool begins = start.Length == PrefixLength || start[PrefixLength] == '{';
        return claimed is >= 2 and <= MaxJsonLength && begins && (long)claimed <= available - PrefixLength
            ? (int)claimed
            : throw BadStart(start, claimed, available);
    }

    /// <summary>Parses and checks the JSON.</summary>
    /// <param name="json">The JSON alone.</param>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json)
    {
        var header = new SafetensorsHeader();
        header.ReadEntries(json);
        header.CheckLayout();
        return header;
    }

    /// <summary>Checks that the file has the bytes that the header speaks of, no fewer and no more.</summary>
    /// <param name="found">Bytes after the header.</param>
    public void CheckDataLength(long found)
    {
        if (found != DataLength)
            throw OtherDataLength(found);
    }

    private WeightFormatException OtherDataLength(long found)
    {
        if (found > DataLength)
            return Error($"expected {DataLength:N0} bytes of data after the header, found more");
        SafetensorsTensor? cut = null;
        foreach (SafetensorsTensor tensor in _tensors)
        {
            if (tensor.End > found && (cut is null || tensor.Begin < cut.Begin))
                cut = tensor;
        }
        return Error($"truncated in tensor {WeightText.Quote(cut!.Name)}: expected {DataLength:N0} bytes of data after the header, found {found:N0}");
    }

    // Messages are made in methods of their own: an interpreter prepares a method as a whole before it first runs.
    private static WeightFormatException BadStart(ReadOnlySpan<byte> start, ulong claimed, long available)
    {
        if (start.Length < PrefixLength)
            return NotSafetensors(start, $"expected at least {PrefixLength} bytes, found {start.Length}");
        if (claimed < 2)
            return NotSafetensors(start, $"expected the header's length in the first {PrefixLength} bytes, found {claimed}");
        if (claimed > MaxJsonLength)
            return NotSafetensors(start, $"expected a header of at most {MaxJsonLength:N0} bytes, found a claim of {claimed:N0}");
        if (start.Length > PrefixLength && start[PrefixLength] != '{')
            return NotSafetensors(start, $"expected '{{' at byte {PrefixLength}, where its header begins, found byte {start[PrefixLength]}");
        return Error($"truncated: expected a header of {claimed:N0} bytes, found {available - PrefixLength:N0}");
    }

    private static WeightFormatException NotSafetensors(ReadOnlySpan<byte> start, FormattableString problem) =>
        ForeignFormat.Recognise(start) is string known
            ? new WeightFormatException(known, isForeign: true)
            : Error($"not a safetensors file: {FormattableString.Invariant(problem)}");

    private static WeightFormatException Error(FormattableString problem) => new(FormattableString.Invariant(problem));

    private void ReadEntries(ReadOnlySpan<byte> json)
    {
        var reader = new HeaderJson(json);
        if (json.IsEmpty || json[0] != '{')
            throw reader.Damaged(0, "expected '{' as the first byte");
        reader.Expect('{', "'{'");
        bool hasMetadata = false;
        for (bool isFirst = true; reader.HasNext('}', ref isFirst);)
        {
            string name = reader.ReadText("a name").ToString();
            if (!reader.IsPlain || name.Length == 0)
                CheckName(reader, name);
            reader.Expect(':', "':'");
            if (name == "__metadata__")
            {
                if (hasMetadata)
                    throw reader.Damaged(reader.Position, "\"__metadata__\" stands twice");
                hasMetadata = true;
                ReadMetadata(ref reader);
                continue;
            }

            reader.Tensor = name;
            if (_tensors.Count == MaxTensors)
                throw TooMany(reader, MaxTensors, "tensors");
            int position = reader.Position;
            SafetensorsTensor tensor = TryReadUsualTensor(ref reader, name) ?? ReadTensor(ref reader, name);
            _byName[name] = tensor;
            if (_byName.Count == _tensors.Count)
                throw reader.Damaged(position, "it stands twice in the header");
            _tensors.Add(tensor);
            reader.Tensor = null;
        }
        reader.ExpectEnd();
    }

    private static void CheckName(in HeaderJson reader, string name)
    {
        if (name.Length == 0)
            throw reader.Damaged(reader.Position, "expected a name, found an empty one");
        // A manifest has one line a tensor.
        foreach (char c in name)
        {
            if (char.IsControl(c) || c is '\u2028' or '\u2029')
                throw ControlCharacters(reader, name);
        }
    }

    private static WeightFormatException ControlCharacters(in HeaderJson reader, string name) =>
        reader.Damaged(reader.Position, $"the name {WeightText.Quote(name)} has control characters");

    private static WeightFormatException TooMany(in HeaderJson reader, int most, string things) =>
        reader.Damaged(reader.Position, FormattableString.Invariant($"expected at most {most:N0} {things}, found more"));

    private void ReadMetadata(ref HeaderJson reader)
    {
        reader.Expect('{', "an object of strings as \"__metadata__\"");
        for (bool isFirst = true; reader.HasNext('}', ref isFirst);)
        {
            if (_metadata.Count == MaxMetadata)
                throw TooMany(reader, MaxMetadata, "lines of metadata");
            string key = reader.ReadText("a key of the metadata").ToString();
            if (_metadata.ContainsKey(key))
                throw reader.Damaged(reader.Position, "a key of the metadata stands twice");
            reader.Expect(':', "':'");
            _metadata.Add(key, reader.ReadText("a string as metadata").ToString());
        }
    }

    /// <summary>
    /// Reads an entry if it is as most writers write it, <c>{"dtype":"F32","shape":[64,3],"data_offsets":[0,768]}</c>. In a page, where code is interpreted, a
    /// network's header is read in a fraction of the time.
    /// </summary>
    /// <returns>Null where it is written otherwise, or something is wrong with it; then nothing was read.</returns>
    private static SafetensorsTensor? TryReadUsualTensor(ref HeaderJson reader, string name)
    {
        // As many bytes as no file has, so that their number does not overflow.
        const long MostElements = 1L << 48;
        int position = reader.Position;
        string? type =
            reader.TryReadText("{\"dtype\":\"F16\",\"shape\":"u8) ? "F16" :
            reader.TryReadText("{\"dtype\":\"F32\",\"shape\":"u8) ? "F32" :
            reader.TryReadText("{\"dtype\":\"BF16\",\"shape\":"u8) ? "BF16" : null;
        Span<long> sizes = stackalloc long[8];
        Span<long> offsets = stackalloc long[2];
        int rank = type is null ? -1 : reader.TryReadNumbers(sizes);
        if (rank > 0 && reader.TryReadText(",\"data_offsets\":"u8) && reader.TryReadNumbers(offsets) == 2 && reader.TryReadText("}"u8))
        {
            var shape = new int[rank];
            long count = 1;
            bool fits = true;
            for (int i = 0; i < rank; i++)
            {
                fits = fits && sizes[i] is > 0 and <= int.MaxValue && count <= int.MaxValue;
                count = fits ? count * sizes[i] : 0;
                shape[i] = fits ? (int)sizes[i] : 0;
            }

            if (fits && count <= MostElements && offsets[0] + count * (type == "F32" ? sizeof(float) : sizeof(ushort)) == offsets[1])
                return new SafetensorsTensor(name, type!, shape, count, offsets[0], offsets[1]);
        }

        reader.Return(position);
        return null;
    }

    private static SafetensorsTensor ReadTensor(ref HeaderJson reader, string name)
    {
        string? type = null;
        int[]? shape = null;
        long count = 0;
        (long Begin, long End)? offsets = null;
        reader.Expect('{', "an object");
        for (bool isFirst = true; reader.HasNext('}', ref isFirst);)
        {
            // As writers write them; with escapes, or another key, otherwise.
            bool isType = reader.TryReadText("\"dtype\""u8);
            bool isShape = !isType && reader.TryReadText("\"shape\""u8);
            bool isOffsets = !isType && !isShape && reader.TryReadText("\"data_offsets\""u8);
            if (!isType && !isShape && !isOffsets)
            {
                ReadOnlySpan<char> key = reader.ReadText("a key");
                isType = key.SequenceEqual("dtype".AsSpan());
                isShape = key.SequenceEqual("shape".AsSpan());
                isOffsets = key.SequenceEqual("data_offsets".AsSpan());
            }

            reader.Expect(':', "':'");
            if ((isType && type is not null) || (isShape && shape is not null) || (isOffsets && offsets is not null))
                throw reader.Damaged(reader.Position, "expected \"dtype\", \"shape\" and \"data_offsets\" once each, found one twice");
            if (isType)
                type = ReadType(ref reader);
            else if (isShape)
                (shape, count) = ReadShape(ref reader);
            else if (isOffsets)
                offsets = ReadOffsets(ref reader);
            else
                reader.SkipValue();
        }

        if (type is null || shape is null || offsets is not (long begin, long end))
            throw reader.Damaged(reader.Position, "expected \"dtype\", \"shape\" and \"data_offsets\", found only some of them");
        if (BitsPerElement(type) is int bits && ByteCount(count, bits) != end - begin)
            throw OtherSize(reader, type, shape, ByteCount(count, bits), (begin, end));
        return new SafetensorsTensor(name, type, shape, count, begin, end);
    }

    private static WeightFormatException OtherSize(in HeaderJson reader, string type, int[] shape, long? expected, (long Begin, long End) offsets)
    {
        string bytes = expected is not null ? FormattableString.Invariant($"{expected} bytes") : "whole bytes that a file can have";
        string found = FormattableString.Invariant($"data_offsets [{offsets.Begin}, {offsets.End}]");
        return reader.Damaged(reader.Position, $"expected {bytes} for {type} {WeightText.Shape(shape)}, found {found}");
    }

    /// <summary>Reads a type's name. A manifest has it as a word, so it is one.</summary>
    private static string ReadType(ref HeaderJson reader)
    {
        const int LongestName = 32;
        if (reader.TryReadText("\"F32\""u8))
            return "F32";
        if (reader.TryReadText("\"F16\""u8))
            return "F16";
        if (reader.TryReadText("\"BF16\""u8))
            return "BF16";
        return ReadOtherType(ref reader, LongestName);
    }

    private static string ReadOtherType(ref HeaderJson reader, int longestName)
    {
        ReadOnlySpan<char> name = reader.ReadText("a type's name as \"dtype\"");
        bool isWord = name.Length > 0 && name.Length <= longestName;
        foreach (char c in name)
            isWord &= c is (>= 'A' and <= 'Z') or (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_';
        return isWord
            ? name.ToString()
            : throw reader.Damaged(reader.Position, $"expected a type's name as \"dtype\", found {WeightText.Quote(name.ToString())}");
    }

    /// <summary>The size of a type's elements, below 8 for packed ones; null where it is not known.</summary>
    private static int? BitsPerElement(string type) => type is "F32" ? 32 : type is "F16" or "BF16" ? 16 : BitsPerOther(type);

    private static int? BitsPerOther(string type) => type switch
    {
        "F64" or "I64" or "U64" or "C64" => 64,
        "I32" or "U32" => 32,
        "I16" or "U16" => 16,
        "I8" or "U8" or "BOOL" or "F8_E4M3" or "F8_E5M2" or "F8_E8M0" => 8,
        "F6_E2M3" or "F6_E3M2" => 6,
        "F4" => 4,
        _ => null,
    };

    /// <summary>Bytes of a tensor; null where packed elements do not fill the last byte, or the bytes are more than a number of 64 bits.</summary>
    private static long? ByteCount(long count, int bits)
    {
        // In eighths and rest, so that the bits of many elements cannot overflow before the bytes do.
        long rest = count % 8 * bits;
        return rest % 8 == 0 && count / 8 <= (long.MaxValue - rest / 8) / bits ? count / 8 * bits + rest / 8 : null;
    }

    private static (int[] Shape, long Count) ReadShape(ref HeaderJson reader)
    {
        Span<int> usual = stackalloc int[8];
        List<int>? more = null;
        int rank = 0;
        long count = 1;
        bool overflows = false, isEmpty = false;
        reader.Expect('[', "an array as \"shape\"");
        for (bool isFirst = true; reader.HasNext(']', ref isFirst); rank++)
        {
            long size = reader.ReadNumber("a dimension of 0 or more");
            int shown = (int)Math.Min(size, int.MaxValue);
            if (rank < usual.Length)
                usual[rank] = shown;
            else
                (more ??= [.. usual.ToArray()]).Add(shown);
            isEmpty |= size == 0;
            overflows |= size != 0 && count > long.MaxValue / size;
            count = overflows ? count : count * Math.Max(size, 1);
        }
        int[] shape = more is null ? usual.Slice(0, rank).ToArray() : [.. more];
        if (overflows && !isEmpty)
            throw Overflow(reader, shape);
        return (shape, isEmpty ? 0 : count);
    }

    private static WeightFormatException Overflow(in HeaderJson reader, int[] shape) =>
        reader.Damaged(reader.Position, $"the size of shape {WeightText.Shape(shape)} overflows");

    private static (long Begin, long End) ReadOffsets(ref HeaderJson reader)
    {
        reader.Expect('[', "an array as \"data_offsets\"");
        long begin = reader.ReadNumber("two data_offsets from 0 up");
        reader.Expect(',', "two data_offsets");
        long end = reader.ReadNumber("two data_offsets from 0 up");
        reader.Expect(']', "two data_offsets");
        return begin <= end ? (begin, end) : throw Backwards(reader, begin, end);
    }

    private static WeightFormatException Backwards(in HeaderJson reader, long begin, long end) =>
        reader.Damaged(reader.Position, FormattableString.Invariant($"data_offsets [{begin}, {end}] run backwards"));

    /// <summary>The tensors lie behind each other, without gap or overlap, as the format demands.</summary>
    private void CheckLayout()
    {
        SafetensorsTensor? previous = null;
        foreach (SafetensorsTensor tensor in InDataOrder())
        {
            if (tensor.Begin != DataLength)
                throw Misplaced(tensor, previous);
            DataLength = tensor.End;
            previous = tensor;
        }
    }

    private WeightFormatException Misplaced(SafetensorsTensor tensor, SafetensorsTensor? previous)
    {
        string place = previous is null ? "the start of the data" : $"the end of tensor {WeightText.Quote(previous.Name)}";
        return Error($"tensor {WeightText.Quote(tensor.Name)}: expected its data at byte {DataLength:N0}, {place}, found it at {tensor.Begin:N0}");
    }

    private List<SafetensorsTensor> InDataOrder()
    {
        static int Compare(SafetensorsTensor a, SafetensorsTensor b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End);

        // Writers list the tensors as their data lies.
        bool isSorted = true;
        for (int i = 1; i < _tensors.Count && isSorted; i++)
            isSorted = Compare(_tensors[i - 1], _tensors[i]) <= 0;
        if (isSorted)
            return _tensors;
        List<SafetensorsTensor> sorted = [.. _tensors];
        sorted.Sort(Compare);
        return sorted;
    }
}
