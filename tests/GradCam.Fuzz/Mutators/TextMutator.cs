using System.Text;

namespace GradCam.Fuzz.Mutators;

/// <summary>Changes text by tokens (words, numbers, single characters, runs of blanks) and lines.</summary>
/// <param name="vocabulary">Words of the language that the text is in.</param>
internal sealed class TextMutator(params string[] vocabulary)
{
    private static readonly byte[][] Numbers = Encode(
        "0", "-1", "1", "2", "3", "8", "255", "19999", "20001", "65536", "100000", "2147483647", "2147483648", "-2147483648", "4294967295",
        "9223372036854775807",
        "9223372036854775808", "18446744073709551616", "1e9", "1e400", "1e-400", "0.5", ".5", "5.", "NaN", "+2", "--", "00", "007", "1/0", "1/3", "0x10",
        "1_000", "١");

    /// <summary>Line ends, controls and quotes of C#, XML and JSON, and bytes that are no UTF-8.</summary>
    private static readonly byte[][] Hostile =
    [
        .. Encode(
            "\u0085", "\u2028", "\u2029", "\r", "\n", "\r\n", "\0", "\v", "\f", "\u001b[2J", "\uFEFF", "\u202E", "*/", "/*", "///", "//", "\"", "\"\"\"", "'",
            "#if", "#", "{", "}",
            "</summary>", "&", "<", "<!--", "]]>", "\\", "\\u000a", "\\\"", "$\"{", "@class", "é", "😀", "e\u0301", "ﬁ", "İ", "〱", "\u00ad", "\u200b"),
        [0xED, 0xA0, 0x80], [0xFF], [0xC0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE9],
    ];

    private readonly byte[][] _vocabulary = Encode(vocabulary);

    public byte[] Mutate(byte[] text, Random random)
    {
        for (int edits = random.Next(1, 5); edits > 0; edits--)
            text = Edit(text, random);
        return text;
    }

    private byte[] Edit(byte[] text, Random random)
    {
        Range token = Token(text, random);
        Range line = Line(text, random);
        switch (random.Next(14))
        {
            case 0:
                return Replace(text, token, []);
            case 1:
                return Replace(text, token, Pick(_vocabulary, random));
            case 2:
                return Replace(text, token, Pick(Numbers, random));
            case 3:
                return Replace(text, token, text[Token(text, random)]);
            case 4:
                return Insert(text, token, [.. Pick(_vocabulary, random), (byte)' ']);
            case 5:
                return Insert(text, token, Pick(Hostile, random));
            case 6:
                return Insert(text, token, text[Token(text, random)]);
            case 7:
                return ReplaceNumber(text, random);
            case 8:
                return Replace(text, line, []);
            case 9:
                return Insert(text, line, text[Line(text, random)]);
            case 10:
                return Replace(text, line, text[Line(text, random)]);
            case 11:
                return Insert(text, line, Repeat(text[line], random));
            case 12:
                return Insert(text, token, Repeat(random.Next(2) == 0 ? text[token] : Pick(_vocabulary, random), random));
            default:
                return ByteMutator.Mutate(text, random);
        }
    }

    private static byte[] ReplaceNumber(byte[] text, Random random)
    {
        int from = random.Next(text.Length + 1);
        int start = text.AsSpan(from).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (start < 0)
            return text;
        start += from;
        int end = start;
        while (end < text.Length && char.IsAsciiDigit((char)text[end]))
            end++;
        return Replace(text, start..end, Pick(Numbers, random));
    }

    /// <summary>Mostly a few times, sometimes so often that quadratic time shows.</summary>
    private static byte[] Repeat(byte[] text, Random random)
    {
        int times = random.Next(16) == 0 ? random.Next(1, 20_000) : random.Next(1, 40);
        times = Math.Min(times, (1 << 17) / Math.Max(1, text.Length));
        var repeated = new byte[times * text.Length];
        for (int i = 0; i < times; i++)
            text.CopyTo(repeated, i * text.Length);
        return repeated;
    }

    private static Range Token(byte[] text, Random random)
    {
        if (text.Length == 0)
            return 0..0;
        int start = random.Next(text.Length);
        int kind = Kind(text[start]);
        if (kind == 0)
            return start..(start + 1);
        int end = start;
        while (start > 0 && Kind(text[start - 1]) == kind)
            start--;
        while (end < text.Length && Kind(text[end]) == kind)
            end++;
        return start..end;
    }

    private static int Kind(byte b) => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'_' or (byte)'.' or >= 128 ? 1 : b is (byte)' ' or (byte)'\t' ? 2 : 0;

    private static Range Line(byte[] text, Random random)
    {
        if (text.Length == 0)
            return 0..0;
        int at = random.Next(text.Length);
        int start = text.AsSpan(0, at).LastIndexOf((byte)'\n') + 1;
        int length = text.AsSpan(at).IndexOf((byte)'\n');
        return start..(length < 0 ? text.Length : at + length + 1);
    }

    private static byte[] Insert(byte[] text, Range before, byte[] inserted) => Replace(text, before.Start..before.Start, inserted);

    private static byte[] Replace(byte[] text, Range place, byte[] by) => [.. text[..place.Start], .. by, .. text[place.End..]];

    private static byte[] Pick(byte[][] choices, Random random) => choices.Length == 0 ? [] : choices[random.Next(choices.Length)];

    private static byte[][] Encode(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
