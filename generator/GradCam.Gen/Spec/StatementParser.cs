using System.Globalization;
using System.Text;
using GradCam.Gen.Diagnostics;
using GradCam.Gen.Operations;
using GradCam.Gen.Syntax;

namespace GradCam.Gen.Spec;

/// <summary>The part of the parser that reads statements, groups and branches. After an error it goes on behind the statement.</summary>
internal abstract class StatementParser(string text, ProblemList problems) : ArgumentParser(text, problems)
{
    /// <summary>The most numbers in a range label.</summary>
    private const int MaxRange = 1000;

    private const string ExpectedStatement = "an operation, a block or '{'";

    private int _openBraces;

    /// <summary>True while the parser leaves all braces because the text ends or a block's definition begins within them.</summary>
    private bool _leavesBraces;

    /// <summary>The names of the blocks, those defined further below included.</summary>
    protected HashSet<string> BlockNames { get; } = [];

    /// <summary>Reads the statements in braces.</summary>
    /// <param name="what">What the braces belong to, for messages.</param>
    /// <param name="range">The braces.</param>
    protected EquatableArray<StatementSyntax> ParseBraces(string what, out TextRange range)
    {
        TextRange open = Lexer.Consume().Range;
        range = open;
        if (Depth >= SpecParser.MaxDepth)
        {
            Problems.Add(ProblemId.SyntaxError, open, $"at most {SpecParser.MaxDepth} levels of braces and parentheses", "one more");
            SkipBraces();
            return default;
        }

        int parentheses = Parentheses;
        Depth++;
        _openBraces++;
        Parentheses = 0;
        var statements = new List<StatementSyntax>();
        int before = Problems.Count;
        while (Lexer.Current.Kind is not (TokenKind.End or TokenKind.CloseBrace) && !BeginsBlock())
            ParseLineInto(statements);
        Parentheses = parentheses;
        Depth--;
        _openBraces--;

        if (Lexer.Current.Kind == TokenKind.CloseBrace)
            range = TextRange.Between(open, Lexer.Consume().Range);
        else
            ReportMissingBrace(open);
        if (statements.Count == 0 && Problems.Count == before)
            Problems.Add(ProblemId.Missing, range, "a statement", $"in the braces of {what} (a block that does nothing is 'identity')");
        return statements.ToEquatableArray();
    }

    /// <summary>Reads a statement and what ends it.</summary>
    protected void ParseLineInto(List<StatementSyntax> statements)
    {
        if (Lexer.Current.Kind == TokenKind.Semicolon)
        {
            Lexer.Consume();
            return;
        }
        int problems = Problems.Count;
        if (ParseStatement() is StatementSyntax statement)
            statements.Add(statement);
        if (Lexer.Current.Kind is TokenKind.Arrow or TokenKind.CloseParenthesis)
        {
            if (Problems.Count == problems)
                Problems.Unexpected("the end of the statement", Lexer);
            Lexer.Consume();
            SkipStatement();
        }
    }

    /// <summary>True for <c>block</c> and a name at the beginning of a line.</summary>
    protected bool BeginsBlock()
    {
        if (Lexer.Current is not { Kind: TokenKind.Name, OnNewLine: true } token || TextOf(token.Range) != "block")
            return false;
        Lexer ahead = Lexer;
        ahead.Consume();
        return ahead.Current is { Kind: TokenKind.Name, OnNewLine: false };
    }

    private StatementSyntax? ParseStatement()
    {
        Token first = Lexer.Current;
        LabelSyntax? label = null;
        if (ParseLabelWithoutColon() is LabelSyntax meant)
            label = meant;
        else if (first.Kind == TokenKind.Label)
        {
            label = ParseLabel();
            // The brace of a group may stand on the line below its label.
            if (Lexer.Current.Kind != TokenKind.OpenBrace && EndsStatement(Lexer.Current))
            {
                Problems.Unexpected($"{ExpectedStatement} after the label", Lexer);
                return null;
            }
        }

        Token token = Lexer.Current;
        switch (token.Kind)
        {
            case TokenKind.OpenBrace:
                string what = label is null ? "a group" : ProblemList.Quote(Problems.Excerpt(first.Range));
                EquatableArray<StatementSyntax> statements = ParseBraces(what, out TextRange braces);
                return new GroupSyntax(label, statements, TextRange.Between(first.Range, braces));
            case TokenKind.Name when OperationTable.Find(TextOf(token.Range)) is OperationWord operation:
                return ParseOperation(label, operation, first.Range);
            case TokenKind.Name when BlockNames.Contains(TextOf(token.Range)):
                return ParseCall(label, first.Range);
            case TokenKind.Name:
                ReportUnknownOperation(QualifiedName());
                break;
            default:
                Problems.UnexpectedStart(label is null ? "a label, an operation or a block" : $"{ExpectedStatement} after the label", token);
                break;
        }
        // A first token that ends statements belongs to what is around this one.
        if (token.OnNewLine && !EndsAnyStatement(token.Kind))
            Lexer.Consume();
        SkipStatement();
        return null;
    }

    /// <summary>
    /// A label whose colon was forgotten: a name that is no statement before a word that begins one, or before a brace. It is reported, and taken for one.
    /// </summary>
    private LabelSyntax? ParseLabelWithoutColon()
    {
        Token token = Lexer.Current;
        if (!IsValueName(token) || BeginsStatement(token) || DocumentParser.HeaderWords.Contains(TextOf(token.Range)))
            return null;
        Lexer ahead = Lexer;
        TextRange range = ahead.ConsumeValueName();
        Token next = ahead.Current;
        bool isFollowed = next.Kind == TokenKind.OpenBrace || BeginsStatement(next)
            || (next.Kind == TokenKind.Name && ForeignNames.IsOperation(TextOf(next.Range)));
        if (next.OnNewLine || !isFollowed)
            return null;
        string name = token.Kind == TokenKind.String ? Unquote(range) : TextOf(range);
        Problems.Add(ProblemId.SyntaxError, range, $"':' behind the label '{Problems.Excerpt(range)}'", Problems.Excerpt(next));
        Lexer = ahead;
        return new LabelSyntax(name, 0, 0, IsRange: false, range);
    }

    /// <summary>The name that comes next, with what is joined to it by dots: <c>nn.Conv2d</c>.</summary>
    private TextRange QualifiedName()
    {
        Lexer ahead = Lexer;
        TextRange word = ahead.Current.Range;
        TextRange range = ahead.ConsumeValueName();
        return ForeignNames.Operation(TextOf(range)).Length > 0 ? range : word;
    }

    private void ReportUnknownOperation(TextRange range)
    {
        string name = TextOf(range);
        if (DocumentParser.HeaderWords.Contains(name) || name == "block")
            Problems.Add(ProblemId.SyntaxError, range, $"an operation or a block ('{name}' stands at the top level, without a label)", ProblemList.Quote(name));
        else
            Problems.Add(ProblemId.UnknownOperation, range, Problems.Excerpt(range), SuggestOperation(name));
    }

    private string SuggestOperation(string name)
    {
        string foreign = ForeignNames.Operation(name);
        return foreign.Length > 0 ? foreign : Problems.Suggest(name, OperationTable.Names.Concat(BlockNames));
    }

    private LabelSyntax? ParseLabel()
    {
        TextRange range = Lexer.Consume().Range;
        string text = TextOf(range);
        string name = text[0] == '"' ? Unquote(range) : text;
        if (name == "in")
        {
            Problems.Add(ProblemId.DuplicateName, range, name, "as the input of the braces around it");
            return null;
        }
        int dots = text[0] == '"' ? -1 : text.IndexOf("..", StringComparison.Ordinal);
        if (dots >= 0)
            return ParseRange(range, text, dots);
        if (name.Length > 0 && !name.EndsWith(".", StringComparison.Ordinal))
            return new LabelSyntax(name, 0, 0, IsRange: false, range);
        Problems.Add(ProblemId.SyntaxError, range, "a label such as conv1 or downsample.0", ProblemList.Quote(Problems.Excerpt(range)));
        return null;
    }

    private LabelSyntax? ParseRange(TextRange range, string text, int dots)
    {
        int digits = dots;
        while (digits > 0 && text[digits - 1] is >= '0' and <= '9')
            digits--;
        if (int.TryParse(text.Substring(digits, dots - digits), NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            && int.TryParse(text.Substring(dots + 2), NumberStyles.None, CultureInfo.InvariantCulture, out int last)
            && first <= last && last - first < MaxRange)
        {
            return new LabelSyntax(text.Substring(0, digits), first, last, IsRange: true, range);
        }
        string found = ProblemList.Quote(Problems.Excerpt(range));
        Problems.Add(ProblemId.SyntaxError, range, $"a label or a range of at most {MaxRange} such as 1..5 or layer1..5", found);
        return null;
    }

    private CallSyntax? ParseCall(LabelSyntax? label, TextRange start)
    {
        TextRange name = Lexer.Consume().Range;
        TextRange end = name;
        var arguments = new List<ExpressionSyntax>();
        var context = new ValueContext(TextOf(name), "argument", "a whole number");
        while (!EndsStatement(Lexer.Current) && !IsBehindOpenBranch(Lexer.Current))
        {
            ExpressionSyntax? argument = ParseInteger(context);
            if (argument is null)
            {
                SkipStatement();
                return null;
            }
            end = argument.Range;
            arguments.Add(argument);
        }
        return new CallSyntax(label, TextOf(name), name, arguments.ToEquatableArray(), TextRange.Between(start, end));
    }

    private OperationSyntax ParseOperation(LabelSyntax? label, OperationWord operation, TextRange start)
    {
        TextRange name = Lexer.Consume().Range;
        if (operation.Operands != OperandKind.None)
        {
            EquatableArray<OperandSyntax> operands = ParseOperands(operation);
            TextRange last = operands.Count == 0 ? name : operands[operands.Count - 1].Range;
            return new OperationSyntax(label, operation.Name, name, default, operands, TextRange.Between(start, last));
        }
        EquatableArray<ArgumentSyntax> arguments = ParseArguments(operation, name);
        TextRange end = arguments.Count == 0 ? name : arguments[arguments.Count - 1].Range;
        return new OperationSyntax(label, operation.Name, name, arguments, default, TextRange.Between(start, end));
    }

    private EquatableArray<OperandSyntax> ParseOperands(OperationWord operation)
    {
        bool takesBranches = operation.Operands == OperandKind.ValuesAndBranches;
        string expected = takesBranches ? "a value's name or a branch in parentheses" : "a value's name";
        var operands = new List<OperandSyntax>();
        if (EndsStatement(Lexer.Current))
            Problems.Unexpected(expected, Lexer);
        while (!EndsStatement(Lexer.Current))
        {
            Token token = Lexer.Current;
            if (operands.Count > 0 && IsBehindOpenBranch(token))
                break;
            if (token.Kind == TokenKind.OpenParenthesis && takesBranches)
            {
                if (ParseBranch() is BranchSyntax branch)
                    operands.Add(branch);
            }
            else if (IsValueName(token) && (takesBranches || operands.Count == 0))
            {
                operands.Add(ParseValueName());
            }
            else
            {
                Problems.Unexpected(takesBranches || operands.Count == 0 ? expected : "the end of the statement", Lexer);
                SkipStatement();
            }
        }
        return operands.ToEquatableArray();
    }

    protected override bool BeginsStatement(Token token)
    {
        if (token.Kind != TokenKind.Name)
            return false;
        string word = TextOf(token.Range);
        return OperationTable.Find(word) is not null || BlockNames.Contains(word) || word == "block";
    }

    /// <summary>True for what names a value: also for <c>3a</c>, which is no number but a label.</summary>
    protected bool IsValueName(Token token) => token.Kind switch
    {
        TokenKind.Name or TokenKind.Number or TokenKind.String => true,
        TokenKind.Malformed => Lexer.IsWordCharacter(Text[token.Range.Start]),
        _ => false,
    };

    protected ValueSyntax ParseValueName()
    {
        bool quoted = Lexer.Current.Kind == TokenKind.String;
        TextRange range = Lexer.ConsumeValueName();
        return new ValueSyntax(quoted ? Unquote(range) : TextOf(range), range);
    }

    /// <summary>The text of a string: <c>\"</c> and <c>\\</c> stand for the second character.</summary>
    protected string Unquote(TextRange range)
    {
        var unquoted = new StringBuilder(range.Length);
        for (int i = range.Start + 1; i < range.End - 1; i++)
        {
            if (Text[i] == '\\' && Text[i + 1] is '"' or '\\')
                i++;
            unquoted.Append(Text[i]);
        }

        return unquoted.ToString();
    }

    private BranchSyntax? ParseBranch()
    {
        const string expected = "'->' or ')'";
        TextRange open = Lexer.Consume().Range;
        if (Depth >= SpecParser.MaxDepth)
        {
            Problems.Add(ProblemId.SyntaxError, open, $"at most {SpecParser.MaxDepth} levels of braces and parentheses", "one more");
            SkipParentheses();
            return null;
        }

        int problems = Problems.Count;
        int parentheses = Parentheses;
        Depth++;
        Parentheses++;
        ValueSyntax? start = null;
        var statements = new List<StatementSyntax>();
        if (IsValueName(Lexer.Current))
            start = ParseValueName();
        if (Lexer.Current.Kind != TokenKind.Arrow)
            Problems.Unexpected(start is null ? "a value's name or '->'" : "'->' and a statement", Lexer);
        while (Lexer.Current.Kind == TokenKind.Arrow)
        {
            Lexer.Consume();
            if (ParseStatement() is StatementSyntax statement)
                statements.Add(statement);
        }
        if (Lexer.Current.Kind != TokenKind.CloseParenthesis)
        {
            if (Problems.Count == problems)
                Problems.Unexpected(expected, Lexer);
            SkipParentheses();
            Parentheses = parentheses;
            Depth--;
            return null;
        }
        Parentheses = parentheses;
        Depth--;
        return new BranchSyntax(start, statements.ToEquatableArray(), TextRange.Between(open, Lexer.Consume().Range));
    }

    /// <summary>After an error in a branch: passes to behind its closing parenthesis, or to the next line if there is none.</summary>
    private void SkipParentheses()
    {
        int depth = 1;
        int braces = 0;
        TokenKind previous = TokenKind.End;
        while (Lexer.Current.Kind != TokenKind.End && !BeginsBlock())
        {
            Token token = Lexer.Current;
            if (braces == 0 && (token.Kind == TokenKind.CloseBrace || LeavesParentheses(token, previous)))
                return;
            previous = Lexer.Consume().Kind;
            depth += token.Kind == TokenKind.OpenParenthesis ? 1 : token.Kind == TokenKind.CloseParenthesis ? -1 : 0;
            braces += token.Kind == TokenKind.OpenBrace ? 1 : token.Kind == TokenKind.CloseBrace ? -1 : 0;
            if (depth == 0 && braces == 0)
                return;
        }
    }

    private void SkipBraces()
    {
        int depth = 1;
        while (depth > 0 && Lexer.Current.Kind != TokenKind.End && !BeginsBlock())
        {
            TokenKind kind = Lexer.Consume().Kind;
            depth += kind == TokenKind.OpenBrace ? 1 : kind == TokenKind.CloseBrace ? -1 : 0;
        }
    }

    private void ReportMissingBrace(TextRange open)
    {
        if (!_leavesBraces)
            Problems.Unexpected($"'}}' for the '{{' {Problems.Line(open)}", Lexer);
        _leavesBraces = _openBraces > 0;
    }
}
