namespace GradCam.Gen.Spec;

/// <summary>The kinds of a spec's tokens.</summary>
internal enum TokenKind
{
    /// <summary>The end of the text.</summary>
    End,

    /// <summary>A word: a letter or <c>_</c>, then letters, digits and <c>_</c>.</summary>
    Name,

    /// <summary><c>64</c>, <c>0.485</c>, <c>1e-5</c>.</summary>
    Number,

    /// <summary><c>"any text"</c>, on one line.</summary>
    String,

    /// <summary>A word with <c>.</c> and <c>-</c>, or a string, before a colon. The range is without the colon.</summary>
    Label,

    /// <summary>A string without an end, a number that runs into letters, a character that the language does not have.</summary>
    Malformed,

    Arrow,
    OpenParenthesis,
    CloseParenthesis,
    OpenBrace,
    CloseBrace,
    Comma,
    Semicolon,
    Plus,
    Minus,
    Star,
    Slash,
}

/// <summary>A token.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Range">Where it is.</param>
/// <param name="Next">Where the text after it begins; behind the colon of a label.</param>
/// <param name="OnNewLine">True for the first token of a line.</param>
internal readonly record struct Token(TokenKind Kind, TextRange Range, int Next, bool OnNewLine);

/// <summary>
/// Cuts a spec's text into tokens, one at a time, in time proportional to the text. A value type: a copy looks ahead.
/// </summary>
internal struct Lexer
{
    private readonly string _text;
    private int _position;
    private int _noLabelBefore;
    private bool _hasCurrent;
    private Token _current;

    public Lexer(string text) => _text = text;

    /// <summary>The token that comes next.</summary>
    public Token Current
    {
        get
        {
            if (!_hasCurrent)
            {
                _current = Scan();
                _hasCurrent = true;
            }
            return _current;
        }
    }

    /// <summary>The end of the last consumed token (of a label: behind its colon).</summary>
    public readonly int Position => _position;

    /// <summary>Takes the current token.</summary>
    public Token Consume()
    {
        Token token = Current;
        _position = token.Next;
        _hasCurrent = false;
        return token;
    }

    /// <summary>Takes the first characters of the current token and leaves the rest for what comes next: the <c>k</c> of <c>kx3</c>.</summary>
    public TextRange ConsumeStart(int length)
    {
        var range = new TextRange(Current.Range.Start, length);
        _position = range.End;
        _hasCurrent = false;
        return range;
    }

    /// <summary>
    /// Takes the name of a value: a word that may have <c>.</c> and <c>-</c>, or a string. The current token must be a name, a number, a malformed number or a
    /// string.
    /// </summary>
    public TextRange ConsumeValueName()
    {
        Token token = Current;
        TextRange range = token.Kind == TokenKind.String ? token.Range : new TextRange(token.Range.Start, LabelEnd(token.Range.Start) - token.Range.Start);
        _position = range.End;
        _hasCurrent = false;
        return range;
    }

    /// <summary>Takes the <c>x</c> of a size, <c>3x5</c>, if it follows directly upon what was consumed.</summary>
    public bool TryConsumeCross()
    {
        if (!IsCross(_position))
            return false;
        _position++;
        _hasCurrent = false;
        return true;
    }

    public static bool IsWordCharacter(char c) => IsDigit(c) || IsWordStart(c);

    private static bool IsWordStart(char c) => c == '_' || char.IsLetter(c);

    private static bool IsDigit(char c) => c is >= '0' and <= '9';

    private static bool IsBlank(char c) => c is ' ' or '\t' or '\uFEFF' || (c is not ('\r' or '\n') && char.IsWhiteSpace(c));

    private readonly char At(int position) => position < _text.Length ? _text[position] : '\0';

    private readonly bool IsCross(int position) => At(position) == 'x' && (IsWordCharacter(At(position + 1)) || At(position + 1) == '(');

    private static Token Make(TokenKind kind, int start, int end, bool onNewLine) => new(kind, new TextRange(start, end - start), end, onNewLine);

    private Token Scan()
    {
        bool onNewLine = _position == 0;
        int start = _position;
        for (; start < _text.Length; start++)
        {
            char blank = _text[start];
            if (blank is '\r' or '\n')
                onNewLine = true;
            else if (blank == '#')
                start = LineEnd(start) - 1;
            else if (!IsBlank(blank))
                break;
        }

        if (start >= _text.Length)
            return Make(TokenKind.End, _text.Length, _text.Length, onNewLine);

        char c = _text[start];
        if (c == '"')
            return ScanString(start, onNewLine);
        if (IsWordCharacter(c))
        {
            if (start >= _noLabelBefore)
            {
                int end = LabelEnd(start);
                if (ColonAfter(end) is int colon)
                    return new Token(TokenKind.Label, new TextRange(start, end - start), colon + 1, onNewLine);
                _noLabelBefore = end;
            }
            return IsDigit(c) ? ScanNumber(start, onNewLine) : Make(TokenKind.Name, start, WordEnd(start), onNewLine);
        }
        if (c == '-' && At(start + 1) == '>')
            return Make(TokenKind.Arrow, start, start + 2, onNewLine);

        TokenKind kind = c switch
        {
            '(' => TokenKind.OpenParenthesis,
            ')' => TokenKind.CloseParenthesis,
            '{' => TokenKind.OpenBrace,
            '}' => TokenKind.CloseBrace,
            ',' => TokenKind.Comma,
            ';' => TokenKind.Semicolon,
            '+' => TokenKind.Plus,
            '-' => TokenKind.Minus,
            '*' => TokenKind.Star,
            '/' => TokenKind.Slash,
            _ => TokenKind.Malformed,
        };
        int length = char.IsHighSurrogate(c) && char.IsLowSurrogate(At(start + 1)) ? 2 : 1;
        return Make(kind, start, start + length, onNewLine);
    }

    private readonly int LineEnd(int position)
    {
        while (position < _text.Length && _text[position] is not ('\r' or '\n'))
            position++;
        return position;
    }

    private readonly int WordEnd(int position)
    {
        while (IsWordCharacter(At(position)))
            position++;
        return position;
    }

    private readonly int LabelEnd(int position)
    {
        while (IsWordCharacter(At(position)) || At(position) == '.' || (At(position) == '-' && At(position + 1) != '>'))
            position++;
        return position;
    }

    private readonly int? ColonAfter(int position)
    {
        while (At(position) is ' ' or '\t')
            position++;
        return At(position) == ':' ? position : null;
    }

    private readonly Token ScanString(int start, bool onNewLine)
    {
        int end = start + 1;
        while (end < _text.Length && _text[end] is not ('"' or '\r' or '\n'))
            end += _text[end] == '\\' && At(end + 1) is '"' or '\\' ? 2 : 1;
        if (At(end) != '"')
            return Make(TokenKind.Malformed, start, Math.Min(end, _text.Length), onNewLine);
        end++;
        return ColonAfter(end) is int colon
            ? new Token(TokenKind.Label, new TextRange(start, end - start), colon + 1, onNewLine)
            : Make(TokenKind.String, start, end, onNewLine);
    }

    private readonly Token ScanNumber(int start, bool onNewLine)
    {
        int end = DigitsEnd(start);
        if (At(end) == '.' && IsDigit(At(end + 1)))
            end = DigitsEnd(end + 1);
        if (At(end) is 'e' or 'E')
        {
            int exponent = end + (At(end + 1) is '+' or '-' ? 2 : 1);
            if (IsDigit(At(exponent)))
                end = DigitsEnd(exponent);
        }
        return IsWordStart(At(end)) && !IsCross(end)
            ? Make(TokenKind.Malformed, start, WordEnd(end), onNewLine)
            : Make(TokenKind.Number, start, end, onNewLine);
    }

    private readonly int DigitsEnd(int position)
    {
        while (IsDigit(At(position)))
            position++;
        return position;
    }
}
