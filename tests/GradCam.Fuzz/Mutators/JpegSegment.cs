using System.Buffers.Binary;

namespace GradCam.Fuzz.Mutators;

/// <summary>A segment of a JPEG file: a marker, its data where it has a length, and the coded picture that follows it where it is a scan.</summary>
/// <param name="Marker">The byte after 0xFF.</param>
/// <param name="Data">The data without the length; null where the marker has none.</param>
/// <param name="Coded">What follows, up to the next marker.</param>
internal sealed record JpegSegment(byte Marker, byte[]? Data, byte[] Coded)
{
    /// <summary>Reads a file's segments, as far as they are whole; null where it is no JPEG.</summary>
    public static List<JpegSegment>? Read(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith([(byte)0xFF, (byte)0xD8, (byte)0xFF]))
            return null;
        var segments = new List<JpegSegment>();
        while (file.Length >= 2 && file[0] == 0xFF)
        {
            byte marker = file[1];
            file = file[2..];
            byte[]? data = null;
            if (marker is not (0xD8 or 0xD9 or 0x01 or (>= 0xD0 and <= 0xD7)))
            {
                if (file.Length < 2 || BinaryPrimitives.ReadUInt16BigEndian(file) is var length && (length < 2 || length > file.Length))
                    break;
                data = file[2..length].ToArray();
                file = file[length..];
            }

            int coded = 0;
            while (coded < file.Length && !(file[coded] == 0xFF && coded + 1 < file.Length && file[coded + 1] is not (0 or (>= 0xD0 and <= 0xD7))))
                coded++;
            segments.Add(new JpegSegment(marker, data, file[..coded].ToArray()));
            file = file[coded..];
        }

        return segments;
    }

    /// <summary>Writes a file, with lengths that are right.</summary>
    public static byte[] Write(IEnumerable<JpegSegment> segments)
    {
        using var stream = new MemoryStream();
        Span<byte> length = stackalloc byte[sizeof(ushort)];
        foreach (JpegSegment segment in segments)
        {
            stream.WriteByte(0xFF);
            stream.WriteByte(segment.Marker);
            if (segment.Data is not null)
            {
                int count = Math.Min(segment.Data.Length, ushort.MaxValue - 2);
                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)(count + 2));
                stream.Write(length);
                stream.Write(segment.Data, 0, count);
            }

            stream.Write(segment.Coded);
        }

        return stream.ToArray();
    }
}
