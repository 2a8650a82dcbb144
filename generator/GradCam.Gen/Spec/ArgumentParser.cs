using GradCam.Gen.Diagnostics;
using GradCam.Gen.Operations;
using GradCam.Gen.Syntax;

namespace GradCam.Gen.Spec;

/// <summary>The part of the parser that reads the arguments of operations, by <see cref="OperationTable"/>.</summary>
internal abstract class ArgumentParser(string text, ProblemList problems) : ExpressionParser(text, problems)
{
    /// <summary>Reads what follows an operation's word, up to the statement's end. After an error it goes on with the next keyword.</summary>
    protected EquatableArray<ArgumentSyntax> ParseArguments(OperationWord operation, TextRange operationRange)
    {
        var arguments = new List<ArgumentSyntax>();
        int problems = Problems.Count;
        foreach (PositionalInfo positional in operation.Positional)
        {
            if (!ParsePositional(operation, positional, arguments))
                break;
        }

        while (!EndsStatement(Lexer.Current) && (IsKeyword(operation, Lexer.Current) || !IsBehindOpenBranch(Lexer.Current)))
            ParseNamed(operation, arguments);

        if (Problems.Count == problems)
            CheckTogether(operation, operationRange, arguments);
        return arguments.ToEquatableArray();
    }

    /// <summary>Whether a token is a word that begins a statement: an operation, a block, <c>block</c>.</summary>
    protected abstract bool BeginsStatement(Token token);

    /// <summary>In a branch, whose statements may run over several lines: true where a line begins with another statement, so that the branch's parenthesis
    /// was not closed.</summary>
    protected bool IsBehindOpenBranch(Token token) => Parentheses > 0 && token.OnNewLine && BeginsStatement(token);

    /// <summary>Passes over what cannot be understood: to the next token that <paramref name="stop"/> knows, or the statement's end. Brackets are passed over
    /// whole.</summary>
    protected void Skip(Func<Token, bool> stop)
    {
        int parentheses = 0;
        int braces = 0;
        TokenKind previous = TokenKind.End;
        while (Lexer.Current.Kind != TokenKind.End)
        {
            Token token = Lexer.Current;
            bool inside = parentheses > 0 || braces > 0;
            if (!inside && (EndsStatement(token) || stop(token)))
                return;
            if (inside && token.OnNewLine && token.Kind == TokenKind.Name && TextOf(token.Range) == "block")
                return;
            if (parentheses > 0 && braces == 0 && LeavesParentheses(token, previous))
                return;
            switch (token.Kind)
            {
                case TokenKind.OpenParenthesis:
                    parentheses++;
                    break;
                case TokenKind.CloseParenthesis:
                    parentheses = Math.Max(0, parentheses - 1);
                    break;
                case TokenKind.OpenBrace:
                    braces++;
                    break;
                case TokenKind.CloseBrace when braces == 0:
                    return;
                case TokenKind.CloseBrace:
                    braces--;
                    break;
            }
            previous = Lexer.Consume().Kind;
        }
    }

    /// <summary>An unclosed parenthesis should not swallow the lines behind it: true where a line begins with a statement and the one above it ends like
    /// one.</summary>
    protected bool LeavesParentheses(Token token, TokenKind previous) =>
        token.OnNewLine && (token.Kind == TokenKind.Label || BeginsStatement(token)) && previous is not (TokenKind.Arrow or TokenKind.OpenParenthesis);

    protected void SkipStatement() => Skip(_ => false);

    /// <returns>False when no further positional argument is to be read.</returns>
    private bool ParsePositional(OperationWord operation, PositionalInfo positional, List<ArgumentSyntax> arguments)
    {
        Token token = Lexer.Current;
        string? word = token.Kind == TokenKind.Name && !EndsStatement(token) ? TextOf(token.Range) : null;
        bool isKeyword = word is not null && !IsParameter(word) && operation.Keyword(word) is not null;
        if (isKeyword && positional.Alternatives.Contains(word!))
            return false;
        if (isKeyword || EndsStatement(token))
        {
            if (!positional.Optional)
                Problems.Unexpected(Describe(positional), Lexer);
            return false;
        }

        ArgumentSyntax? argument = ParseValue(operation, positional.Argument, token.Range, Describe(positional));
        if (argument is null)
        {
            Skip(next => IsKeyword(operation, next));
            return false;
        }
        arguments.Add(argument);
        return true;
    }

    private static string Describe(PositionalInfo positional)
    {
        ArgumentInfo argument = positional.Argument;
        string what = argument.Name is "channels" or "count" or "start" ? $"{argument.Expected} ({argument.Name})" : argument.Expected;
        return positional.Alternatives.Count == 0 ? what : what + ", or " + string.Join(" or ", positional.Alternatives.Select(ProblemList.Quote));
    }

    private bool IsKeyword(OperationWord operation, Token token) => token.Kind == TokenKind.Name && operation.Keyword(TextOf(token.Range)) is not null;

    private void ParseNamed(OperationWord operation, List<ArgumentSyntax> arguments)
    {
        Token token = Lexer.Current;
        if (token.Kind != TokenKind.Name)
        {
            Problems.Unexpected(
                operation.Named.Count == 0
                    ? $"the end of the statement ({operation.Name} takes nothing more)"
                    : $"an argument of {operation.Name} or the end of the statement",
                Lexer);
            Lexer.Consume();
            Skip(next => IsKeyword(operation, next));
            return;
        }

        string word = TextOf(token.Range);
        ArgumentInfo? info = operation.Keyword(word);
        if (info is null)
        {
            Problems.Add(ProblemId.UnknownArgument, token.Range, Problems.Excerpt(token.Range), operation.Name, Hint(operation, word));
            Lexer.Consume();
            Skip(next => IsKeyword(operation, next));
            return;
        }

        Lexer.Consume();
        ArgumentSyntax? argument = ParseValue(operation, info, token.Range, info.Expected);
        if (argument is null)
            Skip(next => IsKeyword(operation, next));
        else if (arguments.Any(earlier => earlier.Name == argument.Name))
            Problems.Add(ProblemId.DuplicateName, token.Range, word, "in this statement");
        else
            arguments.Add(argument);
    }

    private string Hint(OperationWord operation, string word)
    {
        IEnumerable<string> keywords = operation.Named.Select(argument => argument.Name);
        if (ForeignNames.Argument(word, keywords) is { Length: > 0 } foreign)
            return foreign;
        if (Problems.Suggest(word, keywords) is { Length: > 0 } suggestion)
            return suggestion;
        if (OperationTable.Find(word) is not null)
            return " Another statement begins on a new line or after ';'.";
        return operation.Named.Count == 0 ? $" {operation.Name} takes none." : $" {operation.Name} takes {string.Join(", ", keywords)}.";
    }

    /// <summary>Reads an argument's value. <paramref name="start"/> is its keyword or its first token.</summary>
    private ArgumentSyntax? ParseValue(OperationWord operation, ArgumentInfo info, TextRange start, string expected)
    {
        var context = new ValueContext(operation.Name, info.Name, expected);
        switch (info.Kind)
        {
            case ArgumentKind.Flag:
                return new ArgumentSyntax(info.Name, default, null, start);
            case ArgumentKind.Switch:
                return ParseWord(info, start, "on", "off");
            case ArgumentKind.Real:
                return Argument(info, start, ParseReal(context));
            case ArgumentKind.Integer:
                return Argument(info, start, AtLeast(info, context, ParseInteger(context)));
            case ArgumentKind.Size:
                return Argument(info, start, AtLeast(info, context, ParseSize(context)));
            default:
                return ParsePadding(operation, info, context, start);
        }
    }

    private static ArgumentSyntax? Argument(ArgumentInfo info, TextRange start, ExpressionSyntax? value) =>
        value is null ? null : new ArgumentSyntax(info.Name, new([value]), null, TextRange.Between(start, value.Range));

    private ArgumentSyntax? ParseWord(ArgumentInfo info, TextRange start, params string[] words)
    {
        Token token = Lexer.Current;
        if (token.Kind == TokenKind.Name && !EndsStatement(token) && words.Contains(TextOf(token.Range)))
        {
            TextRange range = Lexer.Consume().Range;
            return new ArgumentSyntax(info.Name, default, TextOf(range), TextRange.Between(start, range));
        }
        Problems.Unexpected(info.Expected, Lexer);
        return null;
    }

    private ArgumentSyntax? ParsePadding(OperationWord operation, ArgumentInfo info, in ValueContext context, TextRange start)
    {
        Token token = Lexer.Current;
        bool isSame = token.Kind == TokenKind.Name && !EndsStatement(token) && TextOf(token.Range) == "same" && !IsParameter("same");
        if (isSame && info.Kind == ArgumentKind.PaddingOrSame)
            return ParseWord(info, start, "same");

        var values = new List<ExpressionSyntax>();
        do
        {
            ExpressionSyntax? value = AtLeast(info, context, values.Count == 0 ? ParseSize(context) : ParseInteger(context));
            if (value is null)
                return null;
            values.Add(value);
        }
        while (values[0] is not SizeSyntax && values.Count < 4 && BeginsExpression(Lexer.Current) && !IsKeyword(operation, Lexer.Current)
            && (Lexer.Current.Kind != TokenKind.Name || IsParameter(TextOf(Lexer.Current.Range))));

        TextRange range = TextRange.Between(values[0].Range, values[values.Count - 1].Range);
        if (values.Count is 1 or 4)
            return new ArgumentSyntax(info.Name, values.ToEquatableArray(), null, TextRange.Between(start, range));
        BadValue(context, range, "one number, a size or four numbers (top left bottom right)");
        return null;
    }

    /// <summary>Checks numbers that are written out; the passes check what is computed from parameters.</summary>
    private ExpressionSyntax? AtLeast(ArgumentInfo info, in ValueContext context, ExpressionSyntax? value)
    {
        bool isBelow = value switch
        {
            NumberSyntax number => number.Value < info.Minimum,
            SizeSyntax size => IsBelow(size.Height, info.Minimum) || IsBelow(size.Width, info.Minimum),
            _ => false,
        };
        if (!isBelow)
            return value;
        BadValue(context, value!.Range, (info.Kind == ArgumentKind.Integer ? "a whole number" : "numbers") + " from " + info.Minimum + " on");
        return null;
    }

    private static bool IsBelow(ExpressionSyntax side, int minimum) => side is NumberSyntax number && number.Value < minimum;

    /// <summary>Finds arguments that exclude each other.</summary>
    private void CheckTogether(OperationWord operation, TextRange operationRange, List<ArgumentSyntax> arguments)
    {
        foreach ((string first, string second) in operation.Exclusive)
        {
            ArgumentSyntax? one = arguments.FirstOrDefault(argument => argument.Name == first);
            ArgumentSyntax? other = arguments.FirstOrDefault(argument => argument.Name == second);
            if (one is null || other is null)
                continue;
            ArgumentSyntax later = one.Range.Start > other.Range.Start ? one : other;
            Problems.Add(ProblemId.BadValue, later.Range, later.Name, operation.Name, $"either '{first}' or '{second}'", "both");
        }
        bool Has(string name) => arguments.Exists(argument => argument.Name == name);
        if (operation.Name == "upsample" && Has("align_corners") && !Has("bilinear"))
            Problems.Add(ProblemId.BadValue, operationRange, "align_corners", operation.Name, "'bilinear' beside it", "'nearest'");
    }
}
