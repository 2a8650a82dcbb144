using System.Security.Cryptography;
using System.Text;

namespace GradCam.Gen.Build.Onnx;

/// <summary>The names in a file, each distinct one once: a text that is there a million times is one string.</summary>
internal sealed class NamePool(ImportBudget budget)
{
    /// <summary>Bytes of the longest name that is read.</summary>
    public const int MaximumLength = 4096;

    /// <summary>Bytes of a distinct name besides its characters: the string's head, and its entry while the table grows.</summary>
    private const int EntrySize = 320;

    private readonly ulong _seed = Seed();
    private Entry[] _entries = new Entry[64];
    private int _count;

    private record struct Entry(string? Text, ulong Hash, ByteRange Bytes);

    /// <summary>The name that some bytes are.</summary>
    /// <exception cref="OnnxImportException">It is too long.</exception>
    public string Get(ByteRange bytes)
    {
        if (bytes.Length == 0)
            return "";
        if (bytes.Length > MaximumLength)
            throw new OnnxImportException($"not a usable ONNX file: a name of {bytes.Length} bytes; names of up to {MaximumLength} are read");
        // Multiplied by odd numbers that no file knows: it cannot be made to collide on purpose.
        ulong hash = _seed;
        for (int i = bytes.Start; i < bytes.End; i++)
            hash = unchecked((hash ^ bytes.Buffer[i]) * (_seed | 1) + (hash >> 29));
        int at = Find(_entries, hash, bytes);
        if (_entries[at].Text is string known)
            return known;
        budget.Charge(EntrySize + 2 * bytes.Length, "names");
        string text = Encoding.UTF8.GetString(bytes.Buffer, bytes.Start, bytes.Length);
        _entries[at] = new Entry(text, hash, bytes);
        if (++_count * 2 > _entries.Length)
            Grow();
        return text;
    }

    private static ulong Seed()
    {
        var bytes = new byte[8];
        using RandomNumberGenerator random = RandomNumberGenerator.Create();
        random.GetBytes(bytes);
        return BitConverter.ToUInt64(bytes, 0);
    }

    private static int Find(Entry[] entries, ulong hash, ByteRange bytes)
    {
        int at = (int)((hash >> 7) % (ulong)entries.Length);
        while (entries[at].Text is not null && (entries[at].Hash != hash || !Same(entries[at].Bytes, bytes)))
            at = at + 1 == entries.Length ? 0 : at + 1;
        return at;
    }

    private static bool Same(ByteRange a, ByteRange b) =>
        a.Length == b.Length && a.Buffer.AsSpan(a.Start, a.Length).SequenceEqual(b.Buffer.AsSpan(b.Start, b.Length));

    private void Grow()
    {
        var larger = new Entry[2 * _entries.Length];
        foreach (Entry entry in _entries)
        {
            if (entry.Text is not null)
                larger[Find(larger, entry.Hash, entry.Bytes)] = entry;
        }
        _entries = larger;
    }
}
