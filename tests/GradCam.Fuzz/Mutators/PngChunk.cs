using System.Buffers.Binary;

namespace GradCam.Fuzz.Mutators;

/// <summary>A chunk of a PNG file: length, four letters, data, CRC.</summary>
/// <param name="Type">The four letters.</param>
/// <param name="Data">The data.</param>
internal sealed record PngChunk(byte[] Type, byte[] Data)
{
    private static readonly uint[] CrcTable = [
        .. Enumerable.Range(0, 256).Select(n => Enumerable.Range(0, 8).Aggregate((uint)n, (c, _) => (c & 1) == 0 ? c >> 1 : 0xEDB88320 ^ c >> 1))];

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>Reads a file's chunks, as far as they are whole; null where it is no PNG.</summary>
    public static List<PngChunk>? Read(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith(Signature))
            return null;
        var chunks = new List<PngChunk>();
        file = file[Signature.Length..];
        while (file.Length >= 12)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file);
            if (length > file.Length - 12)
                break;
            chunks.Add(new PngChunk(file.Slice(4, 4).ToArray(), file.Slice(8, (int)length).ToArray()));
            file = file[(12 + (int)length)..];
        }

        return chunks;
    }

    /// <summary>Writes a file, with lengths and CRCs that are right.</summary>
    public static byte[] Write(IEnumerable<PngChunk> chunks)
    {
        using var stream = new MemoryStream();
        stream.Write(Signature);
        Span<byte> number = stackalloc byte[sizeof(uint)];
        foreach (PngChunk chunk in chunks)
        {
            BinaryPrimitives.WriteInt32BigEndian(number, chunk.Data.Length);
            stream.Write(number);
            byte[] content = [.. chunk.Type, .. chunk.Data];
            stream.Write(content);
            uint crc = uint.MaxValue;
            foreach (byte b in content)
                crc = CrcTable[(byte)(crc ^ b)] ^ crc >> 8;
            BinaryPrimitives.WriteUInt32BigEndian(number, ~crc);
            stream.Write(number);
        }

        return stream.ToArray();
    }
}
