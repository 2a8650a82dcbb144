using System.Text;

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

    /// <summary>A string.</summary>
    public string String()
    {
        ByteRange bytes = Bytes();
        return Encoding.UTF8.GetString(bytes.Buffer, bytes.Start, bytes.Length);
    }

    /// <summary>Appends a repeated integer field, packed or not.</summary>
    public void Int64s(List<long> values)
    {
        if (Wire != WireType.Bytes)
        {
            values.Add(Int64());
            return;
        }
        var packed = new ProtobufReader(Bytes(), _message);
        while (packed._position < packed._end)
            values.Add(unchecked((long)packed.Varint()));
    }

    /// <summary>Appends a repeated float field, packed or not.</summary>
    public void Singles(List<float> values)
    {
        if (Wire != WireType.Bytes)
        {
            values.Add(Single());
            return;
        }
        ByteRange bytes = Multiple(4);
        for (int i = bytes.Start; i < bytes.End; i += 4)
            values.Add(BitConverter.ToSingle(bytes.Buffer, i));
    }

    /// <summary>Appends a repeated double field, packed or not.</summary>
    public void Doubles(List<double> values)
    {
        if (Wire != WireType.Bytes)
        {
            Expect(WireType.Fixed64);
            int start = Advance(8);
            values.Add(BitConverter.ToDouble(_buffer, start));
            return;
        }
        ByteRange bytes = Multiple(8);
        for (int i = bytes.Start; i < bytes.End; i += 8)
            values.Add(BitConverter.ToDouble(bytes.Buffer, i));
    }

    private ByteRange Multiple(int size)
    {
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
