using System.Globalization;
using System.Text;

namespace GradCam.Gen.Build.Safetensors;

/// <summary>
/// Reads the JSON of a weight file's header, from its bytes, front to back: objects, arrays, strings and whole numbers, which is all that such a header has.
/// It keeps nothing and never recurses. Here instead of a package because the task must load into any MSBuild without assemblies beside it.
/// </summary>
/// <remarks>RFC 8259, except that a number with a fraction or an exponent, <c>true</c>, <c>false</c> and <c>null</c> are errors.</remarks>
internal sealed class JsonReader
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _json;

    public JsonReader(byte[] json) => _json = json;

    /// <summary>The next byte to be read.</summary>
    public int Position { get; private set; }

    /// <summary>Reads <c>{</c>, <c>}</c>, <c>[</c>, <c>]</c>, <c>:</c> or <c>,</c>.</summary>
    public void Expect(char punctuation, string expected)
    {
        if (!TryRead(punctuation))
            throw Unexpected(expected);
    }

    /// <summary>Reads a punctuation mark if it comes next.</summary>
    public bool TryRead(char punctuation)
    {
        SkipBlanks();
        if (Position == _json.Length || _json[Position] != punctuation)
            return false;
        Position++;
        return true;
    }

    /// <summary>In an object or array: reads the comma or the end.</summary>
    /// <param name="end"><c>}</c> or <c>]</c>.</param>
    /// <param name="isFirst">Whether no element has been read yet; becomes false.</param>
    /// <returns>True when an element follows.</returns>
    public bool HasNext(char end, ref bool isFirst)
    {
        if (isFirst)
        {
            isFirst = false;
            return !TryRead(end);
        }
        if (TryRead(end))
            return false;
        Expect(',', $"',' or '{end}'");
        return true;
    }

    /// <summary>Reads a string.</summary>
    /// <param name="expected">What it is, for messages.</param>
    /// <param name="maxLength">The most bytes between the quotes.</param>
    public string ReadString(string expected, int maxLength)
    {
        Expect('"', expected);
        int start = Position;
        bool hasEscapes = false;
        for (; ; Position++)
        {
            if (Position - start > maxLength)
                throw new JsonException(start, $"expected {expected} of at most {maxLength} bytes, found a longer one");
            byte b = Position < _json.Length ? _json[Position] : (byte)0;
            if (b < ' ')
                throw Unexpected("'\"'");
            if (b == '"')
                break;
            if (b == '\\')
            {
                hasEscapes = true;
                // Whatever is escaped is no end of the string.
                Position++;
            }
        }
        string text;
        try
        {
            text = StrictUtf8.GetString(_json, start, Position - start);
        }
        catch (DecoderFallbackException)
        {
            throw new JsonException(start, "the text is no valid UTF-8");
        }
        Position++;
        return hasEscapes ? Unescape(text, start) : text;
    }

    /// <summary>Reads a whole number.</summary>
    /// <param name="expected">What it is, for messages.</param>
    /// <param name="max">The largest that is accepted; the smallest is 0.</param>
    public long ReadNumber(string expected, long max)
    {
        SkipBlanks();
        int start = Position;
        int end = start;
        while (end < _json.Length && end - start < 40 && IsPartOfNumber(_json[end]))
            end++;
        string text = Encoding.ASCII.GetString(_json, start, end - start);
        bool hasLeadingZero = text.Length > 1 && text.TrimStart('-')[0] == '0' && text.TrimStart('-').Length > 1;
        if (hasLeadingZero || !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) || number < 0 || number > max)
        {
            if (text.Length == 0)
                throw Unexpected($"{expected} of 0 to {max}");
            throw new JsonException(start, $"expected {expected} of 0 to {max}, found '{text}'");
        }
        Position = end;
        return number;
    }

    /// <summary>Checks that nothing but blanks follows.</summary>
    public void ExpectEnd()
    {
        SkipBlanks();
        if (Position != _json.Length)
            throw Unexpected("the end");
    }

    private static bool IsPartOfNumber(byte b) => b is (>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'+' or (byte)'.' or (byte)'e' or (byte)'E';

    private static int HexDigit(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'a' and <= 'f' => c - 'a' + 10,
        >= 'A' and <= 'F' => c - 'A' + 10,
        _ => -1,
    };

    private static string Unescape(string text, int start)
    {
        var plain = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                plain.Append(text[i]);
                continue;
            }
            // The scan has made sure that a character follows every backslash.
            char escape = text[++i];
            switch (escape)
            {
                case '"' or '\\' or '/':
                    plain.Append(escape);
                    break;
                case 'b':
                    plain.Append('\b');
                    break;
                case 'f':
                    plain.Append('\f');
                    break;
                case 'n':
                    plain.Append('\n');
                    break;
                case 'r':
                    plain.Append('\r');
                    break;
                case 't':
                    plain.Append('\t');
                    break;
                case 'u' when i + 4 < text.Length:
                    int unit = 0;
                    for (int digit = 1; digit <= 4; digit++)
                        unit = HexDigit(text[i + digit]) is >= 0 and int value && unit >= 0 ? 16 * unit + value : -1;
                    if (unit < 0)
                        throw new JsonException(start, "expected four hexadecimal digits after \\u");
                    plain.Append((char)unit);
                    i += 4;
                    break;
                default:
                    throw new JsonException(start, $"unknown escape \\{(char.IsControl(escape) ? '?' : escape)}");
            }
        }
        for (int i = 0; i < plain.Length; i++)
        {
            if (char.IsHighSurrogate(plain[i]) && i + 1 < plain.Length && char.IsLowSurrogate(plain[i + 1]))
                i++;
            else if (char.IsSurrogate(plain[i]))
                throw new JsonException(start, "half a surrogate pair");
        }
        return plain.ToString();
    }

    private void SkipBlanks()
    {
        while (Position < _json.Length && _json[Position] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            Position++;
    }

    private JsonException Unexpected(string expected)
    {
        if (Position >= _json.Length)
            return new JsonException(_json.Length, $"expected {expected}, found the end");
        byte found = _json[Position];
        string shown = found is > (byte)' ' and < 127 ? $"'{(char)found}'" : $"byte {found}";
        return new JsonException(Position, $"expected {expected}, found {shown}");
    }
}

/// <summary>The text is not the JSON that was expected.</summary>
internal sealed class JsonException : Exception
{
    public JsonException(int position, string message)
        : base(message) => Position = position;

    /// <summary>The byte where it was noticed.</summary>
    public int Position { get; }
}
