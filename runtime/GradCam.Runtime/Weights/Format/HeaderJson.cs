using System.Globalization;

namespace GradCam.Weights.Format;

/// <summary>
/// Reads the JSON of a weight file's header, from its bytes, front to back. It never recurses, and keeps nothing but a buffer as long as the longest text.
/// Here instead of a package because the build's task must load into any MSBuild without assemblies beside it, and must read as the runtime does.
/// </summary>
/// <remarks>RFC 8259; numbers are whole ones from 0 up, except in values that are skipped.</remarks>
internal ref struct HeaderJson(ReadOnlySpan<byte> json)
{
    private const int DeepestSkipped = 64;

    // What stands for a character that cannot be read.
    private const int InvalidUtf8 = -1;
    private const int InvalidEscape = -2;
    private const int HalfSurrogatePair = -3;

    // An array, since an interpreter calls a method for each element of a span.
    private readonly byte[] _json = json.ToArray();
    private char[] _text = new char[256];
    private int _position;

    /// <summary>The next byte to be read.</summary>
    public readonly int Position => _position;

    /// <summary>Goes back.</summary>
    public void Return(int position) => _position = position;

    /// <summary>The tensor that is being read, for messages.</summary>
    public string? Tensor { get; set; }

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
        if (_position == _json.Length || _json[_position] != punctuation)
            return false;
        _position++;
        return true;
    }

    /// <summary>Reads a string if it comes next, written as here.</summary>
    /// <param name="quoted">The string with its quotes.</param>
    public bool TryReadText(ReadOnlySpan<byte> quoted)
    {
        SkipBlanks();
        if (!_json.AsSpan(_position).StartsWith(quoted))
            return false;
        _position += quoted.Length;
        return true;
    }

    /// <summary>In an object or array: reads the comma or the end.</summary>
    /// <param name="end"><c>}</c> or <c>]</c>.</param>
    /// <param name="isFirst">Whether no element has been read yet; becomes false.</param>
    /// <returns>True when an element follows.</returns>
    public bool HasNext(char end, ref bool isFirst)
    {
        bool wasFirst = isFirst;
        isFirst = false;
        if (TryRead(end))
            return false;
        if (!wasFirst)
            Expect(',', end == '}' ? "',' or '}'" : "',' or ']'");
        return true;
    }

    /// <summary>Whether the text that was read last is printable ASCII, without escapes.</summary>
    public bool IsPlain { get; private set; }

    /// <summary>Reads a string.</summary>
    /// <param name="expected">What it is, for messages.</param>
    /// <returns>Its characters, valid until the next text is read.</returns>
    public ReadOnlySpan<char> ReadText(string expected)
    {
        Expect('"', expected);
        byte[] json = _json;
        char[] text = _text;
        int start = _position, i = start;
        int most = Math.Min(json.Length, start + text.Length);
        for (; i < most && json[i] is >= (byte)' ' and <= (byte)'~' and not (byte)'"' and not (byte)'\\'; i++)
            text[i - start] = (char)json[i];
        IsPlain = i < json.Length && json[i] == '"';
        if (!IsPlain)
            return ReadOtherText(start);
        _position = i + 1;
        return text.AsSpan(0, i - start);
    }

    /// <summary>Reads an array of numbers if it comes next, written without blanks and with no more of them than there is room for.</summary>
    /// <param name="numbers">Receives them.</param>
    /// <returns>How many; -1 where it is written otherwise, or is none.</returns>
    public int TryReadNumbers(scoped Span<long> numbers)
    {
        const int SafeDigits = 18;
        byte[] json = _json;
        int i = _position, count = 0;
        if (i == json.Length || json[i] != '[')
            return -1;
        while (true)
        {
            int start = ++i;
            long number = 0;
            for (; i < json.Length && json[i] is >= (byte)'0' and <= (byte)'9'; i++)
                number = unchecked(10 * number + json[i] - '0');
            if (i == start || i - start > SafeDigits || (json[start] == '0' && i > start + 1) || i == json.Length || count == numbers.Length)
                return -1;
            numbers[count++] = number;
            if (json[i] == ']')
                break;
            if (json[i] != ',')
                return -1;
        }

        _position = i + 1;
        return count;
    }

    /// <summary>Reads a whole number from 0 up, written as JSON writes it: digits alone, without a sign, a fraction or leading zeros.</summary>
    /// <param name="expected">What it is, for messages.</param>
    public long ReadNumber(string expected)
    {
        const int SafeDigits = 18;
        SkipBlanks();
        byte[] json = _json;
        int start = _position, end = start;
        long number = 0;
        for (; end < json.Length && json[end] is >= (byte)'0' and <= (byte)'9'; end++)
        {
            int digit = json[end] - '0';
            if (end - start >= SafeDigits && number > (long.MaxValue - digit) / 10)
                throw NoNumber(start, expected);
            number = 10 * number + digit;
        }

        if (end == start || (json[start] == '0' && end > start + 1) || (end < json.Length && IsPartOfWord(json[end])))
            throw NoNumber(start, expected);
        _position = end;
        return number;
    }

    /// <summary>Reads a value of any kind and forgets it.</summary>
    public void SkipValue()
    {
        // One bit a level, the innermost last: whether it is an object.
        ulong objects = 0;
        int depth = 0;
        for (bool isFirst = true, isValue = true; isValue || depth > 0;)
        {
            if (!isValue)
            {
                bool isObject = (objects & 1) != 0;
                if (!HasNext(isObject ? '}' : ']', ref isFirst))
                {
                    objects >>= 1;
                    depth--;
                    continue;
                }
                if (isObject)
                {
                    SkipText("a key");
                    Expect(':', "':'");
                }
            }

            isFirst = false;
            isValue = false;
            bool opensObject = TryRead('{');
            if (opensObject || TryRead('['))
            {
                if (++depth > DeepestSkipped)
                    throw Damaged(_position, $"expected at most {DeepestSkipped} levels, found more");
                objects = (objects << 1) | (opensObject ? 1u : 0u);
                isFirst = true;
            }
            else if (_position < _json.Length && _json[_position] == '"')
            {
                SkipText("a string");
            }
            else
            {
                SkipWord();
            }
        }
    }

    /// <summary>Checks that nothing but blanks follows.</summary>
    public void ExpectEnd()
    {
        SkipBlanks();
        if (_position != _json.Length)
            throw Unexpected("the end");
    }

    /// <summary>An error at a byte.</summary>
    public readonly WeightFormatException Damaged(int position, string problem)
    {
        string place = Tensor is null ? "" : $"tensor {WeightText.Quote(Tensor)}: ";
        return new WeightFormatException($"damaged header near byte {position.ToString(CultureInfo.InvariantCulture)}: {place}{problem}");
    }

    private static bool IsPartOfWord(byte b) =>
        b is (>= (byte)'0' and <= (byte)'9') or (>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') or (byte)'-' or (byte)'+' or (byte)'.';

    private static int HexDigit(byte b) => b switch
    {
        >= (byte)'0' and <= (byte)'9' => b - '0',
        >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
        _ => -1,
    };

    /// <summary>Reads a character of a text that is more than an ASCII one.</summary>
    private readonly int ReadRune(int start, int end, ref int i)
    {
        ReadOnlySpan<byte> source = _json.AsSpan(0, end);
        int rune = source[i] == '\\' ? ReadEscape(source, ref i) : ReadUtf8(source, ref i);
        return rune switch
        {
            InvalidUtf8 => throw Damaged(start, "the text is no valid UTF-8"),
            InvalidEscape => throw Damaged(start, "the text has an escape that JSON does not know"),
            HalfSurrogatePair => throw Damaged(start, "the text has half a surrogate pair"),
            _ => rune,
        };
    }

    /// <summary>Reads a character of two to four bytes (RFC 3629).</summary>
    private static int ReadUtf8(ReadOnlySpan<byte> source, ref int i)
    {
        int first = source[i];
        (int length, int rune, int least) = first switch
        {
            >= 0xc2 and <= 0xdf => (2, first & 0x1f, 0x80),
            >= 0xe0 and <= 0xef => (3, first & 0x0f, 0x800),
            >= 0xf0 and <= 0xf4 => (4, first & 0x07, 0x10000),
            _ => (0, 0, 0),
        };
        if (length == 0 || i + length > source.Length)
            return InvalidUtf8;
        for (int k = 1; k < length; k++)
        {
            if ((source[i + k] & 0xc0) != 0x80)
                return InvalidUtf8;
            rune = (rune << 6) | (source[i + k] & 0x3f);
        }
        i += length;
        return rune < least || rune > 0x10ffff || rune is >= 0xd800 and <= 0xdfff ? InvalidUtf8 : rune;
    }

    private static int ReadEscape(ReadOnlySpan<byte> source, ref int i)
    {
        // The scan has made sure that a byte follows every backslash.
        byte escape = source[i + 1];
        if (escape != 'u')
        {
            i += 2;
            return escape switch
            {
                (byte)'"' or (byte)'\\' or (byte)'/' => escape,
                (byte)'b' => '\b',
                (byte)'f' => '\f',
                (byte)'n' => '\n',
                (byte)'r' => '\r',
                (byte)'t' => '\t',
                _ => InvalidEscape,
            };
        }

        int unit = ReadUnit(source, ref i);
        if (unit is < 0xd800 or > 0xdfff)
            return unit;
        if (unit > 0xdbff || i + 1 >= source.Length || source[i] != '\\' || source[i + 1] != 'u')
            return HalfSurrogatePair;
        int low = ReadUnit(source, ref i);
        return low is >= 0xdc00 and <= 0xdfff ? 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00) : HalfSurrogatePair;
    }

    /// <summary>Reads \u and four hexadecimal digits.</summary>
    private static int ReadUnit(ReadOnlySpan<byte> source, ref int i)
    {
        if (i + 6 > source.Length)
            return InvalidEscape;
        int unit = 0;
        for (int k = 2; k < 6; k++)
        {
            int digit = HexDigit(source[i + k]);
            if (digit < 0)
                return InvalidEscape;
            unit = 16 * unit + digit;
        }
        i += 6;
        return unit;
    }

    /// <summary>Moves behind a string.</summary>
    private void SkipText(string expected)
    {
        Expect('"', expected);
        FindEnd();
    }

    /// <summary>Reads a string that is more than printable ASCII.</summary>
    /// <param name="start">Its first byte.</param>
    private ReadOnlySpan<char> ReadOtherText(int start)
    {
        _position = start;
        FindEnd();
        byte[] json = _json;
        int end = _position - 1;
        // No character takes more UTF-16 units than bytes.
        if (_text.Length < end - start)
            _text = new char[end - start];
        char[] text = _text;
        int length = 0;
        for (int i = start; i < end;)
        {
            byte b = json[i];
            if (b < 0x80 && b != '\\')
            {
                text[length++] = (char)b;
                i++;
                continue;
            }

            int rune = ReadRune(start, end, ref i);
            if (rune > char.MaxValue)
            {
                text[length++] = (char)(0xd800 + ((rune - 0x10000) >> 10));
                rune = 0xdc00 + ((rune - 0x10000) & 0x3ff);
            }

            text[length++] = (char)rune;
        }

        return text.AsSpan(0, length);
    }

    /// <summary>Finds the end of the string that is being read, and moves behind it.</summary>
    private void FindEnd()
    {
        byte[] json = _json;
        int end = _position;
        while (end < json.Length && json[end] != '"')
        {
            if (json[end] < ' ')
            {
                _position = end;
                throw Unexpected("'\"'");
            }

            // Whatever is escaped is no end of the string.
            end += json[end] == '\\' ? 2 : 1;
        }

        if (end >= json.Length)
        {
            _position = json.Length;
            throw Unexpected("'\"'");
        }

        _position = end + 1;
    }

    private void SkipWord()
    {
        int start = _position, end = start;
        while (end < _json.Length && IsPartOfWord(_json[end]))
            end++;
        ReadOnlySpan<byte> word = _json.AsSpan(start, end - start);
        if (word.IsEmpty)
            throw Unexpected("a value");
        if (!word.SequenceEqual("true"u8) && !word.SequenceEqual("false"u8) && !word.SequenceEqual("null"u8) && !IsNumber(word))
            throw Damaged(start, $"expected a value, found {Word(start, end)}");
        _position = end;
    }

    /// <summary>-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?</summary>
    private static bool IsNumber(ReadOnlySpan<byte> word)
    {
        int i = word[0] == '-' ? 1 : 0;
        int whole = CountDigits(word, ref i);
        if (whole == 0 || (whole > 1 && word[i - whole] == '0'))
            return false;
        if (i < word.Length && word[i] == '.')
        {
            i++;
            if (CountDigits(word, ref i) == 0)
                return false;
        }
        if (i < word.Length && word[i] is (byte)'e' or (byte)'E')
        {
            i++;
            if (i < word.Length && word[i] is (byte)'+' or (byte)'-')
                i++;
            if (CountDigits(word, ref i) == 0)
                return false;
        }
        return i == word.Length;
    }

    private static int CountDigits(ReadOnlySpan<byte> word, ref int i)
    {
        int start = i;
        while (i < word.Length && word[i] is >= (byte)'0' and <= (byte)'9')
            i++;
        return i - start;
    }

    private void SkipBlanks()
    {
        byte[] json = _json;
        int position = _position;
        while (position < json.Length && json[position] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            position++;
        _position = position;
    }

    private readonly string Word(int start, int end)
    {
        const int LongestShown = 40;
        var text = new System.Text.StringBuilder("'");
        foreach (byte b in _json.AsSpan(start, Math.Min(end - start, LongestShown)))
            text.Append((char)b);
        return text.Append(end - start > LongestShown ? "…'" : "'").ToString();
    }

    private readonly WeightFormatException NoNumber(int start, string expected)
    {
        int end = start;
        while (end < _json.Length && IsPartOfWord(_json[end]))
            end++;
        return end == start ? Unexpected(expected) : Damaged(start, $"expected {expected}, found {Word(start, end)}");
    }

    private readonly WeightFormatException Unexpected(string expected)
    {
        if (_position >= _json.Length)
            return Damaged(_json.Length, $"expected {expected}, found the end");
        byte found = _json[_position];
        string shown = found is > (byte)' ' and < 127 ? $"'{(char)found}'" : "byte " + found.ToString(CultureInfo.InvariantCulture);
        return Damaged(_position, $"expected {expected}, found {shown}");
    }
}
