using System.Globalization;
using GradCam.Gen.Diagnostics;
using GradCam.Gen.Syntax;

namespace GradCam.Gen.Spec;

/// <summary>What a value is for, for messages.</summary>
/// <param name="Owner">The operation, block or header line.</param>
/// <param name="Argument">The argument's name.</param>
/// <param name="Expected">What may stand there.</param>
internal readonly record struct ValueContext(string Owner, string Argument, string Expected);

/// <summary>The part of the parser that reads numbers, arithmetic and sizes. Methods that return null have reported a problem.</summary>
internal abstract class ExpressionParser(string text, ProblemList problems)
{
    /// <summary>A block's parameters are few and have short names: a call has a number for each of them.</summary>
    protected const int MostParameters = 100;

    protected const int LongestParameter = 100;

    protected Lexer Lexer = new(text);
    private readonly HashSet<string> _parameterNames = [];
    private EquatableArray<ParameterSyntax> _parameters;
    private int _operators;

    protected string Text => text;

    protected ProblemList Problems => problems;

    /// <summary>The parameters of the block that is being read.</summary>
    protected EquatableArray<ParameterSyntax> Parameters
    {
        get => _parameters;
        set
        {
            _parameters = value;
            _parameterNames.Clear();
            _parameterNames.UnionWith(value.Select(parameter => parameter.Name));
        }
    }

    /// <summary>How deep braces, branches and parentheses are nested.</summary>
    protected int Depth { get; set; }

    /// <summary>Open parentheses since the last brace: within them a line break is a blank.</summary>
    protected int Parentheses { get; set; }

    protected bool IsParameter(string name) => _parameterNames.Contains(name);

    protected string TextOf(TextRange range) => text.Substring(range.Start, range.Length);

    /// <summary>True for a token that ends statements wherever it stands.</summary>
    protected static bool EndsAnyStatement(TokenKind kind) =>
        kind is TokenKind.End or TokenKind.Semicolon or TokenKind.CloseBrace or TokenKind.Label or TokenKind.Arrow or TokenKind.CloseParenthesis;

    /// <summary>True when the statement ends before this token.</summary>
    protected bool EndsStatement(Token token) => token.Kind switch
    {
        _ when EndsAnyStatement(token.Kind) => true,
        // A line that begins with "(" goes on with the statement above.
        TokenKind.OpenParenthesis => false,
        _ => token.OnNewLine && Parentheses == 0,
    };

    protected bool BeginsExpression(Token token) =>
        !EndsStatement(token) && token.Kind is TokenKind.Number or TokenKind.OpenParenthesis or TokenKind.Minus or TokenKind.Malformed or TokenKind.Name;

    /// <summary>A whole number without arithmetic, from <paramref name="minimum"/> on.</summary>
    protected int? ParseWholeNumber(in ValueContext context, int minimum)
    {
        if (EndsStatement(Lexer.Current) || Lexer.Current.Kind != TokenKind.Number)
        {
            problems.Unexpected(context.Expected, Lexer);
            return null;
        }
        NumberSyntax? number = ParseNumber(context);
        if (number is null || (number.IsInteger && number.Value >= minimum))
            return (int?)number?.Value;
        BadValue(context, number.Range, $"a whole number from {minimum.ToString(CultureInfo.InvariantCulture)} on");
        return null;
    }

    /// <summary>A real number: <c>-0.5</c>, <c>1e-5</c>, <c>1/255</c>.</summary>
    protected NumberSyntax? ParseReal(in ValueContext context)
    {
        Token first = Lexer.Current;
        bool negative = first.Kind == TokenKind.Minus && !EndsStatement(first);
        if (negative)
            Lexer.Consume();
        NumberSyntax? number = RequireNumber(context);
        if (number is null)
            return null;
        double value = number.Value;
        TextRange range = TextRange.Between(first.Range, number.Range);
        if (Lexer.Current.Kind == TokenKind.Slash && !EndsStatement(Lexer.Current))
        {
            Lexer.Consume();
            NumberSyntax? divisor = RequireNumber(context);
            if (divisor is null)
                return null;
            value /= divisor.Value;
            range = TextRange.Between(range, divisor.Range);
        }
        if (double.IsNaN(value) || double.IsInfinity((float)value))
        {
            BadValue(context, range, "a number that float32 holds");
            return null;
        }
        return new NumberSyntax(negative ? -value : value, IsInteger: false, range);
    }

    /// <summary>An integer expression.</summary>
    protected ExpressionSyntax? ParseInteger(in ValueContext context)
    {
        _operators = 0;
        ExpressionSyntax? expression = ParseSum(context, first: null);
        if (expression is null || !Lexer.TryConsumeCross())
            return expression;
        // A size where a number is expected: take it whole, so that the message quotes it and what follows is read on.
        ExpressionSyntax? width = ParsePrimary(context);
        if (width is not null)
            BadValue(context, TextRange.Between(expression.Range, width.Range), context.Expected);
        return null;
    }

    /// <summary>An integer expression, or two with an x between them.</summary>
    protected ExpressionSyntax? ParseSize(in ValueContext context)
    {
        _operators = 0;
        ExpressionSyntax? height = ParsePrimary(context);
        if (height is null)
            return null;
        if (!Lexer.TryConsumeCross())
            return ParseSum(context, height);
        ExpressionSyntax? width = ParsePrimary(context);
        if (width is null)
            return null;
        var size = new SizeSyntax(height, width, TextRange.Between(height.Range, width.Range));
        if (!Lexer.TryConsumeCross())
            return size;
        ExpressionSyntax? depth = ParsePrimary(context);
        if (depth is not null)
            BadValue(context, TextRange.Between(size.Range, depth.Range), context.Expected);
        return null;
    }

    protected void BadValue(in ValueContext context, TextRange range, string expected) =>
        problems.Add(ProblemId.BadValue, range, context.Argument, context.Owner, expected, ProblemList.Quote(problems.Excerpt(range)));

    private NumberSyntax? RequireNumber(in ValueContext context)
    {
        if (Lexer.Current.Kind == TokenKind.Number && !EndsStatement(Lexer.Current))
            return ParseNumber(context);
        problems.Unexpected(context.Expected, Lexer);
        return null;
    }

    private NumberSyntax? ParseNumber(in ValueContext context)
    {
        TextRange range = Lexer.Consume().Range;
        string digits = TextOf(range);
        bool isInteger = digits.All(c => c is >= '0' and <= '9');
        bool isRead = double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && !double.IsInfinity(value);
        if (!isRead || (isInteger && value > int.MaxValue))
        {
            BadValue(context, range, isInteger ? "a whole number up to 2147483647" : "a number that float32 holds");
            return null;
        }
        return new NumberSyntax(value, isInteger, range);
    }

    private ExpressionSyntax? ParseSum(in ValueContext context, ExpressionSyntax? first)
    {
        ExpressionSyntax? left = ParseProduct(context, first);
        while (left is not null && NextOperator(TokenKind.Plus, TokenKind.Minus) is char symbol)
            left = Combine(context, symbol, left, ParseProduct(context, first: null));
        return left;
    }

    private ExpressionSyntax? ParseProduct(in ValueContext context, ExpressionSyntax? first)
    {
        ExpressionSyntax? left = first ?? ParsePrimary(context);
        while (left is not null && NextOperator(TokenKind.Star, TokenKind.Slash) is char symbol)
            left = Combine(context, symbol, left, ParsePrimary(context));
        return left;
    }

    private char? NextOperator(TokenKind a, TokenKind b)
    {
        Token token = Lexer.Current;
        if (EndsStatement(token) || (token.Kind != a && token.Kind != b))
            return null;
        Lexer.Consume();
        return text[token.Range.Start];
    }

    private BinarySyntax? Combine(in ValueContext context, char symbol, ExpressionSyntax left, ExpressionSyntax? right)
    {
        if (right is null)
            return null;
        TextRange range = TextRange.Between(left.Range, right.Range);
        if (++_operators > SpecParser.MaxDepth)
        {
            if (_operators == SpecParser.MaxDepth + 1)
                BadValue(context, range, $"at most {SpecParser.MaxDepth} operators");
            return null;
        }
        return new BinarySyntax(symbol, left, right, range);
    }

    private ExpressionSyntax? ParsePrimary(in ValueContext context)
    {
        Token token = Lexer.Current;
        if (EndsStatement(token))
        {
            problems.Unexpected(context.Expected, Lexer);
            return null;
        }
        switch (token.Kind)
        {
            case TokenKind.Number:
                NumberSyntax? number = ParseNumber(context);
                if (number is null || number.IsInteger)
                    return number;
                BadValue(context, number.Range, context.Expected);
                return null;
            case TokenKind.Name:
                return ParseParameter(context, token);
            case TokenKind.Minus:
                return ParseNegative(context);
            case TokenKind.OpenParenthesis:
                return ParseParenthesized(context);
            default:
                problems.Unexpected(context.Expected, Lexer);
                return null;
        }
    }

    private ParameterReferenceSyntax? ParseParameter(in ValueContext context, Token token)
    {
        string name = TextOf(token.Range);
        if (IsParameter(name))
            return new ParameterReferenceSyntax(name, Lexer.Consume().Range);

        if (Parameters.Count == 0)
        {
            problems.Unexpected(context.Expected, Lexer);
            return null;
        }

        // "kx3": a parameter as the height of a size.
        for (int cross = 1; cross < name.Length - 1 && cross <= LongestParameter; cross++)
            if (name[cross] == 'x' && IsParameter(name.Substring(0, cross)))
                return new ParameterReferenceSyntax(name.Substring(0, cross), Lexer.ConsumeStart(cross));

        string suggestion = problems.Suggest(name, Parameters.Select(parameter => parameter.Name));
        problems.Add(
            ProblemId.UnknownName,
            token.Range,
            problems.Excerpt(token.Range),
            suggestion.Length > 0
                ? suggestion
                : " The block's parameters: " + string.Join(", ", Parameters.Take(10).Select(parameter => parameter.Name)) + ".");
        return null;
    }

    private ExpressionSyntax? ParseNegative(in ValueContext context)
    {
        TextRange minus = Lexer.Consume().Range;
        if (Lexer.Current.Kind == TokenKind.Minus)
        {
            problems.Unexpected(context.Expected, Lexer);
            return null;
        }
        ExpressionSyntax? operand = ParsePrimary(context);
        return operand switch
        {
            null => null,
            NumberSyntax number => number with { Value = -number.Value, Range = TextRange.Between(minus, number.Range) },
            _ => Combine(context, '-', new NumberSyntax(0, IsInteger: true, minus), operand),
        };
    }

    private ExpressionSyntax? ParseParenthesized(in ValueContext context)
    {
        TextRange open = Lexer.Consume().Range;
        if (Depth >= SpecParser.MaxDepth)
        {
            problems.Add(ProblemId.SyntaxError, open, $"at most {SpecParser.MaxDepth} levels of braces and parentheses", "one more");
            return null;
        }
        Depth++;
        Parentheses++;
        ExpressionSyntax? inner = ParseSum(context, first: null);
        Parentheses--;
        Depth--;
        if (inner is null)
            return null;
        if (Lexer.Current.Kind != TokenKind.CloseParenthesis)
        {
            problems.Unexpected("')'", Lexer);
            return null;
        }
        return inner with { Range = TextRange.Between(open, Lexer.Consume().Range) };
    }
}
