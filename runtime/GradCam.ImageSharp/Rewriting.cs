using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using GradCam.Imaging;
using GradCam.Imaging.Decoding;

namespace GradCam.ImageSharp;

/// <summary>Files that ImageSharp 2.1.13 decodes otherwise than they are meant, written so that it does.</summary>
internal static class Rewriting
{
    private const byte StartOfScan = 0xDA;
    private const byte RestartInterval = 0xDD;
    private const byte EndOfImage = 0xD9;
    private const int FewestColumns = 5;

    /// <summary>Rewrites a file.</summary>
    /// <param name="format">Its format.</param>
    /// <param name="file">Its bytes.</param>
    /// <param name="name">What messages call it.</param>
    /// <returns>The new bytes; null where the old ones will do.</returns>
    /// <exception cref="PhotoException">ImageSharp does not decode it, and would not say so.</exception>
    public static byte[]? Rewrite(PhotoFormat format, ReadOnlySpan<byte> file, string name) => format switch
    {
        PhotoFormat.Jpeg => RepeatRestartInterval(file),
        PhotoFormat.Png => MendPng(file, name),
        _ => null,
    };

    /// <summary>The first picture of an animated WebP as a file of its own.</summary>
    /// <param name="picture">Where it is.</param>
    /// <param name="file">The animation.</param>
    public static byte[] StillWebp(in WebpPicture picture, ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> chunks = file[picture.Chunks];
        // Only a file in the extended format has transparency beside lossy pixels.
        byte[] extended = chunks.StartsWith("ALPH"u8)
            ? [.. "VP8X"u8, 10, 0, 0, 0, 0x10, 0, 0, 0, .. Number(picture.Width - 1)[..3], .. Number(picture.Height - 1)[..3]]
            : [];
        return [.. "RIFF"u8, .. Number(4 + extended.Length + chunks.Length), .. "WEBP"u8, .. extended, .. chunks];

        static byte[] Number(int value)
        {
            byte[] bytes = new byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
            return bytes;
        }
    }

    /// <summary>
    /// The decoder counts the units between restart markers on from one scan to the next, and skips what it takes for damage. It begins anew where the
    /// interval is defined, which may stand before each scan.
    /// </summary>
    private static byte[]? RepeatRestartInterval(ReadOnlySpan<byte> file)
    {
        List<(int At, int Interval)> scans = [];
        int at = 2, interval = 0;
        while (JpegStructure.NextMarker(file, ref at) is byte marker && marker != EndOfImage && at + 2 <= file.Length)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(file[at..]);
            if (marker == RestartInterval && at + 4 <= file.Length)
                interval = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            else if (marker == StartOfScan)
                scans.Add((at - 2, interval));
            at = (int)Math.Min((long)at + Math.Max(2, length), file.Length);
        }

        if (scans.Count < 2 || scans.TrueForAll(scan => scan.Interval == 0))
            return null;
        List<byte> rewritten = new(file.Length + 6 * scans.Count);
        int done = 0;
        foreach ((int start, int units) in scans)
        {
            rewritten.AddRange(file[done..start]);
            rewritten.AddRange((ReadOnlySpan<byte>)[0xFF, RestartInterval, 0, 4, (byte)(units >> 8), (byte)units]);
            done = start;
        }

        rewritten.AddRange(file[done..]);
        return [.. rewritten];
    }

    /// <summary>
    /// The colour that stands for transparency in a file of 16 bits is read with its bytes the wrong way round. Of an interlaced file, empty passes are
    /// mistaken for others, and missing rows are waited for without end.
    /// </summary>
    private static byte[]? MendPng(ReadOnlySpan<byte> file, string name)
    {
        byte[]? swapped = null;
        bool isInterlaced = false, isWide = false;
        double scanlines = 0;
        using var compressed = new MemoryStream();
        long at = PngStructure.SignatureLength;
        while (PngStructure.TryReadChunk(file, ref at, out ReadOnlySpan<byte> type, out Range place))
        {
            ReadOnlySpan<byte> data = file[place];
            if (type.SequenceEqual("IHDR"u8) && data.Length >= PngStructure.HeaderLength)
            {
                isInterlaced = data[12] != 0;
                isWide = data[8] == 16;
                scanlines = PngStructure.Scanlines(data);
                if (isInterlaced && BinaryPrimitives.ReadUInt32BigEndian(data) < FewestColumns)
                    throw new PhotoException($"{name}: ImageSharp 2.1.13 does not decode interlaced PNG files of fewer than {FewestColumns} columns.");
            }
            else if (type.SequenceEqual("tRNS"u8) && isWide)
            {
                swapped ??= file.ToArray();
                for (int i = place.Start.Value; i + 1 < place.End.Value; i += 2)
                    (swapped[i], swapped[i + 1]) = (swapped[i + 1], swapped[i]);
            }
            else if (type.SequenceEqual("IDAT"u8) && isInterlaced)
            {
                compressed.Write(data);
            }
        }

        if (isInterlaced && !Holds(compressed, scanlines))
            throw new PhotoException($"{name}: the file is damaged or cut off: an interlaced PNG file without all of its rows.");
        return swapped;
    }

    /// <summary>Whether so many bytes come out.</summary>
    private static bool Holds(MemoryStream compressed, double length)
    {
        byte[] block = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            compressed.Position = 0;
            using var inflated = new ZLibStream(compressed, CompressionMode.Decompress, leaveOpen: true);
            while (length > 0)
            {
                int count = inflated.Read(block);
                if (count == 0)
                    return false;
                length -= count;
            }

            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }
}
