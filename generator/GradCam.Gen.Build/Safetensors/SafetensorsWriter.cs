using System.Globalization;
using System.Text;

namespace GradCam.Gen.Build.Safetensors;

/// <summary>A tensor to be written.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Type">Its type as safetensors spells it: F32, F16 …</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Write">Writes its little-endian elements, as many bytes as <paramref name="Length"/>.</param>
internal sealed record TensorToWrite(string Name, string Type, IReadOnlyList<int> Shape, long Length, Action<Stream> Write);

/// <summary>
/// Writes a safetensors file: the header's length in 8 bytes, the header in JSON, padded with blanks so that the data begins at a multiple of 8, the tensors
/// one after another (github.com/huggingface/safetensors). The same tensors give the same bytes.
/// </summary>
internal static class SafetensorsWriter
{
    /// <summary>Writes all tensors in order.</summary>
    public static void Write(Stream stream, IReadOnlyList<TensorToWrite> tensors)
    {
        var header = new StringBuilder("{");
        long offset = 0;
        foreach (TensorToWrite tensor in tensors)
        {
            if (header.Length > 1)
                header.Append(',');
            AppendText(header, tensor.Name);
            header.Append(":{\"dtype\":\"").Append(tensor.Type).Append("\",\"shape\":[")
                .Append(string.Join(",", tensor.Shape.Select(size => size.ToString(CultureInfo.InvariantCulture))));
            header.Append("],\"data_offsets\":[").Append(offset.ToString(CultureInfo.InvariantCulture)).Append(',');
            offset += tensor.Length;
            header.Append(offset.ToString(CultureInfo.InvariantCulture)).Append("]}");
        }
        header.Append('}');
        byte[] json = new UTF8Encoding(false).GetBytes(header.ToString());
        int padded = (json.Length + 7) / 8 * 8;
        stream.Write(BitConverter.GetBytes((long)padded), 0, 8);
        stream.Write(json, 0, json.Length);
        for (int i = json.Length; i < padded; i++)
            stream.WriteByte((byte)' ');
        foreach (TensorToWrite tensor in tensors)
            tensor.Write(stream);
    }

    private static void AppendText(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (char c in text)
        {
            if (c is '"' or '\\')
                json.Append('\\').Append(c);
            else if (c < ' ')
                json.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            else
                json.Append(c);
        }
        json.Append('"');
    }
}
