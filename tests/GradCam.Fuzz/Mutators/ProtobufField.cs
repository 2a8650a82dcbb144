namespace GradCam.Fuzz.Mutators;

/// <summary>A field of a protobuf message: a number, bytes, or a message of fields.</summary>
/// <remarks>https://protobuf.dev/programming-guides/encoding. Bytes that can be read as a message are taken for one; written again they are the same.</remarks>
internal sealed class ProtobufField
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int LengthDelimited = 2;
    private const int Fixed32 = 5;
    private const int MaxDepth = 12;
    private const int MaxNumber = 100;

    /// <summary>The field's number.</summary>
    public int Number { get; set; }

    /// <summary>The wire type.</summary>
    public int Wire { get; set; }

    /// <summary>A number's value.</summary>
    public ulong Value { get; set; }

    /// <summary>Bytes, or null for a message or a number.</summary>
    public byte[]? Bytes { get; set; }

    /// <summary>A message's fields, or null.</summary>
    public List<ProtobufField>? Fields { get; set; }

    /// <summary>Reads a message, or null where it is none.</summary>
    public static List<ProtobufField>? Read(ReadOnlySpan<byte> message, int depth = 0)
    {
        var fields = new List<ProtobufField>();
        while (message.Length > 0)
        {
            if (!TryReadVarint(ref message, out ulong key) || key >> 3 is 0 or > MaxNumber)
                return null;
            var field = new ProtobufField { Number = (int)(key >> 3), Wire = (int)(key & 7) };
            ulong value = 0;
            switch (field.Wire)
            {
                case Varint when TryReadVarint(ref message, out value):
                    break;
                case Fixed64 when message.Length >= sizeof(ulong):
                    value = BitConverter.ToUInt64(message);
                    message = message[sizeof(ulong)..];
                    break;
                case Fixed32 when message.Length >= sizeof(uint):
                    value = BitConverter.ToUInt32(message);
                    message = message[sizeof(uint)..];
                    break;
                case LengthDelimited when TryReadVarint(ref message, out value) && value <= (ulong)message.Length:
                    ReadOnlySpan<byte> content = message[..(int)value];
                    message = message[(int)value..];
                    field.Fields = content.Length > 0 && depth < MaxDepth ? Read(content, depth + 1) : null;
                    field.Bytes = field.Fields is null ? content.ToArray() : null;
                    break;
                default:
                    return null;
            }

            field.Value = value;
            fields.Add(field);
        }

        return fields;
    }

    /// <summary>Writes fields as a message.</summary>
    public static byte[] Write(IEnumerable<ProtobufField> fields)
    {
        using var stream = new MemoryStream();
        foreach (ProtobufField field in fields)
            field.WriteTo(stream);
        return stream.ToArray();
    }

    /// <summary>This field and all within it.</summary>
    public IEnumerable<ProtobufField> All() => Fields is null ? [this] : Fields.SelectMany(field => field.All()).Prepend(this);

    /// <summary>A copy that shares nothing.</summary>
    public ProtobufField Copy() => new() { Number = Number, Wire = Wire, Value = Value, Bytes = Bytes, Fields = Fields?.ConvertAll(field => field.Copy()) };

    private static bool TryReadVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (int i = 0; i < Math.Min(10, bytes.Length); i++)
        {
            value |= (ulong)(bytes[i] & 127) << 7 * i;
            if (bytes[i] >= 128)
                continue;
            bool isShortest = i == 0 || bytes[i] != 0;
            bytes = bytes[(i + 1)..];
            return isShortest;
        }

        return false;
    }

    private static void WriteVarint(MemoryStream stream, ulong value)
    {
        for (; value >= 128; value >>= 7)
            stream.WriteByte((byte)(value | 128));
        stream.WriteByte((byte)value);
    }

    private void WriteTo(MemoryStream stream)
    {
        WriteVarint(stream, (ulong)Number << 3 | (uint)Wire);
        switch (Wire)
        {
            case Fixed64:
                stream.Write(BitConverter.GetBytes(Value));
                break;
            case Fixed32:
                stream.Write(BitConverter.GetBytes((uint)Value));
                break;
            case LengthDelimited:
                byte[] content = Fields is null ? Bytes ?? [] : Write(Fields);
                WriteVarint(stream, (ulong)content.Length);
                stream.Write(content);
                break;
            default:
                WriteVarint(stream, Value);
                break;
        }
    }
}
