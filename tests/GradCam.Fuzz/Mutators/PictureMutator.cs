using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace GradCam.Fuzz.Mutators;

/// <summary>Changes pictures: PNG by chunks and within the compressed rows, JPEG by segments, others by bytes.</summary>
internal static class PictureMutator
{
    private static readonly string[] PngTypes = [
        "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "eXIf", "iCCP", "gAMA", "cHRM", "sRGB", "tEXt", "zTXt", "iTXt", "acTL", "fcTL", "fdAT", "sBIT", "abCd"];

    private static readonly byte[] JpegMarkers = [0xC0, 0xC1, 0xC2, 0xC4, 0xC9, 0xCC, 0xD8, 0xD9, 0xDA, 0xDB, 0xDC, 0xDD, 0xE0, 0xE1, 0xE2, 0xEE, 0xFE];

    public static byte[] Mutate(byte[] file, Random random)
    {
        if (random.Next(6) == 0)
            return ByteMutator.Mutate(file, random);
        return PngChunk.Read(file) is { Count: > 0 } chunks ? MutatePng(chunks, random)
            : JpegSegment.Read(file) is { Count: > 0 } segments ? MutateJpeg(segments, random)
            : ByteMutator.Mutate(file, random);
    }

    private static byte[] MutatePng(List<PngChunk> chunks, Random random)
    {
        int at = random.Next(chunks.Count);
        PngChunk chunk = chunks[at];
        switch (random.Next(8))
        {
            case 0:
                Rearrange(chunks, at, random);
                break;
            case 1:
                chunks[at] = chunk with { Type = Type(random) };
                break;
            case 2:
                chunks.Insert(at, new PngChunk(Type(random), ByteMutator.Mutate(chunk.Data, random)));
                break;
            case 3 or 4:
                chunks[0] = chunks[0] with { Data = MutateHeader(chunks[0].Data, random) };
                break;
            case 5:
                MutateRows(chunks, random);
                break;
            default:
                chunks[at] = chunk with { Data = ByteMutator.Mutate(chunk.Data, random) };
                break;
        }

        return PngChunk.Write(chunks);
    }

    private static byte[] Type(Random random) => Encoding.ASCII.GetBytes(PngTypes[random.Next(PngTypes.Length)]);

    /// <summary>IHDR: width, height, depth, colour type, compression, filter, interlace.</summary>
    private static byte[] MutateHeader(byte[] header, Random random)
    {
        byte[] copy = [.. header];
        if (copy.Length < 13)
            return ByteMutator.Mutate(copy, random);
        int field = random.Next(7);
        if (field < 2)
            BinaryPrimitives.WriteInt32BigEndian(copy.AsSpan(4 * field), random.Next(2) == 0 ? random.Next(1, 3000) : (int)ByteMutator.Limit(random));
        else
            copy[6 + field] = (byte)(random.Next(4) == 0 ? random.Next(256) : random.Next(17));
        return copy;
    }

    /// <summary>Changes what is compressed, so that the decompressor has nothing to object to.</summary>
    private static void MutateRows(List<PngChunk> chunks, Random random)
    {
        int first = chunks.FindIndex(chunk => chunk.Type.AsSpan().SequenceEqual("IDAT"u8));
        if (first < 0)
            return;
        byte[] compressed = [.. chunks.Where(chunk => chunk.Type.AsSpan().SequenceEqual("IDAT"u8)).SelectMany(chunk => chunk.Data)];
        byte[] rows;
        try
        {
            using var inflate = new ZLibStream(new MemoryStream(compressed), CompressionMode.Decompress);
            using var read = new MemoryStream();
            inflate.CopyTo(read);
            rows = ByteMutator.Mutate(read.ToArray(), random);
        }
        catch (InvalidDataException)
        {
            return;
        }

        using var written = new MemoryStream();
        using (var deflate = new ZLibStream(written, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(rows);
        PngChunk data = chunks[first] with { Data = written.ToArray() };
        chunks.RemoveAll(chunk => chunk.Type.AsSpan().SequenceEqual("IDAT"u8));
        chunks.Insert(Math.Min(first, chunks.Count), data);
    }

    private static byte[] MutateJpeg(List<JpegSegment> segments, Random random)
    {
        int at = random.Next(segments.Count);
        JpegSegment segment = segments[at];
        switch (random.Next(7))
        {
            case 0:
                Rearrange(segments, at, random);
                break;
            case 1:
                segments[at] = segment with { Marker = JpegMarkers[random.Next(JpegMarkers.Length)] };
                break;
            case 2:
                segments.Insert(at, new JpegSegment(JpegMarkers[random.Next(JpegMarkers.Length)], ByteMutator.Mutate(segment.Data ?? [], random), []));
                break;
            case 3 or 4:
                segments[at] = segment with { Coded = segment.Coded.Length == 0 ? segment.Coded : ByteMutator.Mutate(segment.Coded, random) };
                break;
            default:
                segments[at] = segment with { Data = segment.Data is null ? null : ByteMutator.Mutate(segment.Data, random) };
                break;
        }

        return JpegSegment.Write(segments);
    }

    private static void Rearrange<T>(List<T> parts, int at, Random random)
    {
        int other = random.Next(parts.Count);
        switch (random.Next(4))
        {
            case 0:
                parts.RemoveAt(at);
                break;
            case 1:
                (parts[at], parts[other]) = (parts[other], parts[at]);
                break;
            case 2:
                parts.InsertRange(other, Enumerable.Repeat(parts[at], random.Next(1, 200)));
                break;
            default:
                parts.RemoveRange(at, parts.Count - at);
                break;
        }
    }
}
