namespace GradCam.Gen.Build.Onnx;

/// <summary>How a protobuf field is stored.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}

/// <summary>A piece of a buffer.</summary>
internal readonly record struct ByteRange(byte[] Buffer, int Start, int Length)
{
    public int End => Start + Length;
}

/// <summary>
/// Reads the protobuf wire format (developers.google.com/protocol-buffers/docs/encoding) of one message. Every length is checked against the
/// message that holds it, so that a hostile file can neither read past its end nor make the reader allocate more than the file's own size.
/// </summary>
internal struct ProtobufReader
{
    private readonly byte[] _buffer;
    private readonly int _end;
    private readonly string _message;
    private int _position;

    /// <param name="range">The message.</param>
    /// <param name="message">Its type, for error messages.</param>
    public ProtobufReader(ByteRange range, string message)
    {
        _buffer = range.Buffer;
        _position = range.Start;
        _end = range.End;
        _message = message;
        Field = 0;
        Wire = WireType.Varint;
    }

    /// <summary>The number of the field that <see cref="Next"/> found.</summary>
    public int Field { get; private set; }

    /// <summary>How that field is stored.</summary>
    public WireType Wire { get; private set; }

    /// <summary>Goes on to the next field; false at the message's end.</summary>
    public bool Next()
    {
        if (_position == _end)
            return false;
        ulong key = Varint();
        int wire = (int)(key & 7);
        if (key >> 3 is 0 or > 536870911)
            throw Broken($"field number {key >> 3}");
        if (wire is not (0 or 1 or 2 or 5))
            throw Broken($"wire type {wire}");
        Field = (int)(key >> 3);
        Wire = (WireType)wire;
        return true;
    }

    /// <summary>Steps over the field.</summary>
    public void Skip()
    {
        switch (Wire)
        {
            case WireType.Varint:
                Varint();
                break;
            case WireType.Fixed64:
                Advance(8);
                break;
            case WireType.Fixed32:
                Advance(4);
                break;
            default:
                Bytes();
                break;
        }
    }

    /// <summary>An int32, int64, enum or bool.</summary>
    public long Int64()
    {
        Expect(WireType.Varint);
        return unchecked((long)Varint());
    }

    /// <summary>A float.</summary>
    public float Single()
    {
        Expect(WireType.Fixed32);
        int start = Advance(4);
        return BitConverter.ToSingle(_buffer, start);
    }

    /// <summary>Bytes or an embedded message, without a copy.</summary>
    public ByteRange Bytes()
    {
        Expect(WireType.Bytes);
        ulong length = Varint();
        if (length > (ulong)(_end - _position))
            throw Broken($"field {Field} is {length} bytes long, but {_end - _position} are left");
        int start = Advance((int)length);
        return new ByteRange(_buffer, start, (int)length);
    }

    /// <summary>How many numbers a repeated integer field holds here, packed or not; steps over them.</summary>
    public int CountInt64s()
    {
        if (Wire != WireType.Bytes)
        {
            Int64();
            return 1;
        }
        ByteRange bytes = Bytes();
        int count = 0;
        for (int i = bytes.Start; i < bytes.End; i++)
            count += bytes.Buffer[i] < 128 ? 1 : 0;
        return count;
    }

    /// <summary>Reads a repeated integer field, packed or not, into an array behind what it holds already.</summary>
    public void Int64s(long[] values, ref int at)
    {
        if (Wire != WireType.Bytes)
        {
            values[at++] = Int64();
            return;
        }
        var packed = new ProtobufReader(Bytes(), _message);
        while (packed._position < packed._end)
            values[at++] = unchecked((long)packed.Varint());
    }

    /// <summary>The same, as little-endian numbers of a size of 1, 2, 4 or 8 bytes.</summary>
    public void Int64s(byte[] values, int size, ref int at)
    {
        if (Wire != WireType.Bytes)
        {
            Store(Int64(), values, size, ref at);
            return;
        }
        var packed = new ProtobufReader(Bytes(), _message);
        while (packed._position < packed._end)
            Store(unchecked((long)packed.Varint()), values, size, ref at);

        static void Store(long value, byte[] values, int size, ref int at)
        {
            for (int i = 0; i < size; i++)
                values[at++] = unchecked((byte)(value >> (8 * i)));
        }
    }

    /// <summary>The bytes of a repeated field of numbers of a fixed size (4 or 8), packed or not: little-endian, as tensors store them.</summary>
    public ByteRange Fixed(int size)
    {
        if (Wire != WireType.Bytes)
        {
            Expect(size == 4 ? WireType.Fixed32 : WireType.Fixed64);
            return new ByteRange(_buffer, Advance(size), size);
        }
        ByteRange bytes = Bytes();
        return bytes.Length % size == 0 ? bytes : throw Broken($"field {Field} is {bytes.Length} bytes long, not a multiple of {size}");
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte next = _buffer[Advance(1)];
            value |= (ulong)(next & 127) << shift;
            if (next < 128)
                return value;
        }
        throw Broken("a number of more than 10 bytes");
    }

    private int Advance(int count)
    {
        if (count > _end - _position)
            throw Broken("the file ends in the middle of a field");
        int start = _position;
        _position += count;
        return start;
    }

    private readonly void Expect(WireType wire)
    {
        if (Wire != wire)
            throw Broken($"field {Field} is stored as {Wire}, not as {wire}");
    }

    private readonly OnnxImportException Broken(string what) => new($"not a valid ONNX file: {what} (in {_message}, at byte {_position})");
}
