using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace GradCam.Gen.Declarations;

/// <summary>Maps the value of a string literal, or of literals joined by <c>+</c>, to the source.</summary>
internal sealed class LiteralReader
{
    private readonly SourceText _text;
    private readonly List<LiteralRun> _runs = [];
    private int _length;

    private LiteralReader(SourceText text) => _text = text;

    /// <returns>Null when the expression is not made of literals, or not understood.</returns>
    public static LiteralMap? Read(ExpressionSyntax expression, string value, CancellationToken cancellation)
    {
        var reader = new LiteralReader(expression.SyntaxTree.GetText(cancellation));
        return reader.ReadExpression(expression) && reader._length == value.Length
            ? new LiteralMap(expression.SyntaxTree.FilePath, reader._runs.ToEquatableArray())
            : null;
    }

    private bool ReadExpression(ExpressionSyntax expression)
    {
        // Sums lean to the left, and may be long: a loop, not a recursion.
        var parts = new Stack<ExpressionSyntax>();
        parts.Push(expression);
        while (parts.Count > 0)
        {
            switch (parts.Pop())
            {
                case ParenthesizedExpressionSyntax parenthesized:
                    parts.Push(parenthesized.Expression);
                    break;
                case BinaryExpressionSyntax sum when sum.IsKind(SyntaxKind.AddExpression):
                    parts.Push(sum.Right);
                    parts.Push(sum.Left);
                    break;
                case LiteralExpressionSyntax literal when ReadToken(literal.Token):
                    break;
                default:
                    return false;
            }
        }
        return true;
    }

    private bool ReadToken(SyntaxToken token)
    {
        int before = _length;
        string text = token.Text;
        int start = token.SpanStart;
        switch (token.Kind())
        {
            case SyntaxKind.MultiLineRawStringLiteralToken:
                ReadRawLines(text, start);
                break;
            case SyntaxKind.SingleLineRawStringLiteralToken:
                int quotes = CountQuotes(text);
                Add(text.Length - 2 * quotes, start + quotes, text.Length - 2 * quotes);
                break;
            case SyntaxKind.StringLiteralToken when text.StartsWith("@", StringComparison.Ordinal):
                ReadVerbatim(text, start);
                break;
            case SyntaxKind.StringLiteralToken:
                ReadRegular(text, start);
                break;
        }
        return _length - before == token.ValueText.Length;
    }

    private static int CountQuotes(string text)
    {
        int quotes = 0;
        while (quotes < text.Length && text[quotes] == '"')
            quotes++;
        return quotes;
    }

    /// <summary>
    /// The content of <c>"""</c>: the lines between the quotes' lines, each without the indentation of the closing quotes, and without the last line break.
    /// </summary>
    private void ReadRawLines(string text, int start)
    {
        int firstLine = _text.Lines.GetLineFromPosition(start).LineNumber;
        TextLine closing = _text.Lines.GetLineFromPosition(start + text.Length);
        int indentation = start + text.Length - CountQuotes(text) - closing.Start;
        for (int line = firstLine + 1; line < closing.LineNumber; line++)
        {
            TextLine content = _text.Lines[line];
            // A line of blanks may be shorter than the indentation.
            int from = Math.Min(content.Start + indentation, content.End);
            int to = line == closing.LineNumber - 1 ? content.End : content.EndIncludingLineBreak;
            Add(to - from, from, to - from);
        }
    }

    private void ReadVerbatim(string text, int start)
    {
        int run = 2;
        for (int i = 2; i < text.Length - 1; i++)
        {
            if (text[i] != '"')
                continue;
            AddLines(start + run, i - run);
            Add(1, start + i, 2);
            run = ++i + 1;
        }
        AddLines(start + run, text.Length - 1 - run);
    }

    private void ReadRegular(string text, int start)
    {
        int run = 1;
        for (int i = 1; i < text.Length - 1; i++)
        {
            if (text[i] != '\\')
                continue;
            Add(i - run, start + run, i - run);
            int length = EscapeLength(text, i);
            // A \U above U+FFFF is a pair of surrogates.
            bool isPair = text[i + 1] == 'U' && Scalar(text.Substring(i + 2, 8)) > 0xFFFF;
            Add(isPair ? 2 : 1, start + i, length);
            i += length - 1;
            run = i + 1;
        }
        Add(text.Length - 1 - run, start + run, text.Length - 1 - run);
    }

    private static int Scalar(string digits) => int.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int scalar) ? scalar : 0;

    private static int EscapeLength(string text, int position)
    {
        switch (text[position + 1])
        {
            case 'u':
                return 6;
            case 'U':
                return 10;
            case 'x':
                int length = 2;
                while (length < 6 && Uri.IsHexDigit(text[position + length]))
                    length++;
                return length;
            default:
                return 2;
        }
    }

    /// <summary>Adds a run that may reach over several lines.</summary>
    private void AddLines(int sourceStart, int length)
    {
        int end = sourceStart + length;
        while (sourceStart < end)
        {
            int lineEnd = Math.Min(end, _text.Lines.GetLineFromPosition(sourceStart).EndIncludingLineBreak);
            Add(lineEnd - sourceStart, sourceStart, lineEnd - sourceStart);
            sourceStart = lineEnd;
        }
    }

    private void Add(int length, int sourceStart, int sourceLength)
    {
        if (sourceLength <= 0)
            return;
        LinePosition line = _text.Lines.GetLinePosition(sourceStart);
        _runs.Add(new LiteralRun(_length, length, sourceStart, sourceLength, line.Line, line.Character));
        _length += length;
    }
}
