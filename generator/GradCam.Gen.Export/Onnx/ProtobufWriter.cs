using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace GradCam.Gen.Export.Onnx;

/// <summary>Writes the protobuf wire format.</summary>
internal sealed class ProtobufWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public void Integer(int field, long value)
    {
        Varint((ulong)field << 3);
        Varint((ulong)value);
    }

    public void Single(int field, float value)
    {
        Varint((ulong)field << 3 | 5);
        BinaryPrimitives.WriteSingleLittleEndian(_bytes.GetSpan(sizeof(float)), value);
        _bytes.Advance(sizeof(float));
    }

    public void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Length(field, value.Length);
        _bytes.Write(value);
    }

    /// <summary>The key and length of a field whose bytes the caller writes elsewhere.</summary>
    public void Length(int field, long length)
    {
        Varint((ulong)field << 3 | 2);
        Varint((ulong)length);
    }

    public void Message(int field, Action<ProtobufWriter> write)
    {
        var message = new ProtobufWriter();
        write(message);
        Bytes(field, message.Written);
    }

    private void Varint(ulong value)
    {
        for (; value >= 128; value >>= 7)
            Byte((byte)(value | 128));
        Byte((byte)value);
    }

    private void Byte(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
    }
}
