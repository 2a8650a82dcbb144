using System.Buffers.Binary;
using System.Text;

namespace GradCam.Tests;

/// <summary>Writes small safetensors files, well-formed ones and others.</summary>
internal sealed class SafetensorsBuilder
{
    private readonly List<string> _entries = [];
    private readonly List<byte> _data = [];

    /// <summary>Adds a tensor behind the others.</summary>
    public SafetensorsBuilder Add(string name, string type, int[] shape, ReadOnlySpan<byte> bytes)
    {
        string offsets = $"[{_data.Count},{_data.Count + bytes.Length}]";
        _entries.Add($"\"{name}\":{{\"dtype\":\"{type}\",\"shape\":[{string.Join(',', shape)}],\"data_offsets\":{offsets}}}");
        _data.AddRange(bytes);
        return this;
    }

    /// <summary>Adds a float32 tensor.</summary>
    public SafetensorsBuilder Add(string name, int[] shape, params float[] values)
    {
        byte[] bytes = new byte[4 * values.Length];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), values[i]);
        return Add(name, "F32", shape, bytes);
    }

    /// <summary>Adds metadata of one line.</summary>
    public SafetensorsBuilder AddMetadata(string key, string text)
    {
        _entries.Insert(0, $"\"__metadata__\":{{\"{key}\":\"{text}\"}}");
        return this;
    }

    public byte[] Build() => Join("{" + string.Join(',', _entries) + "}", [.. _data]);

    /// <summary>A file of this header and data, fitting or not.</summary>
    public static byte[] Join(string json, params byte[] data)
    {
        byte[] header = Encoding.UTF8.GetBytes(json);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. data];
    }
}
