using GradCam.Gen.Diagnostics;
using GradCam.Gen.Operations;
using GradCam.Gen.Syntax;

namespace GradCam.Gen.Spec;

/// <summary>The part of the parser that reads the whole spec: header lines and block definitions.</summary>
internal sealed class DocumentParser : StatementParser
{
    /// <summary>The words that begin a header line.</summary>
    public static readonly string[] HeaderWords = ["input", "image", "labels", "output"];

    private static readonly string[] ImageWords = ["rgb", "bgr", "gray", "none", "resize", "crop", "squash", "mean", "std", "scale"];

    private readonly Dictionary<string, TextRange> _headerLines = [];
    private readonly Dictionary<string, TextRange> _blockDefinitions = [];
    private readonly List<OutputSyntax> _outputs = [];
    private readonly Dictionary<string, TextRange> _outputLines = [];
    private readonly List<StatementSyntax> _statements = [];
    private readonly List<BlockSyntax> _blocks = [];
    private readonly List<InputSyntax> _inputs = [];
    private ImageSyntax? _image;
    private LabelsSyntax? _labels;

    public DocumentParser(string text, ProblemList problems)
        : base(text, problems)
    {
        FindBlockNames();
    }

    public SpecSyntax ParseSpec()
    {
        while (Lexer.Current.Kind != TokenKind.End)
        {
            Token token = Lexer.Current;
            string word = token.Kind == TokenKind.Name ? TextOf(token.Range) : "";
            if (BeginsBlock())
                ParseBlock();
            else if (HeaderWords.Contains(word))
                ParseHeaderLine(word);
            else if (token.Kind == TokenKind.CloseBrace)
                ParseStrayBrace();
            else
                ParseLineInto(_statements);
        }
        return new SpecSyntax(
            _inputs.ToEquatableArray(), _image, _labels, _outputs.ToEquatableArray(), _statements.ToEquatableArray(), _blocks.ToEquatableArray());
    }

    /// <summary>A block may be used before its definition, so the names are needed first.</summary>
    private void FindBlockNames()
    {
        Lexer ahead = Lexer;
        while (ahead.Current.Kind != TokenKind.End)
        {
            Token token = ahead.Consume();
            bool isBlock = token is { Kind: TokenKind.Name, OnNewLine: true } && TextOf(token.Range) == "block";
            if (isBlock && ahead.Current is { Kind: TokenKind.Name, OnNewLine: false } name)
                BlockNames.Add(TextOf(name.Range));
        }
    }

    private void ParseStrayBrace()
    {
        Problems.UnexpectedStart("a statement", Lexer.Consume());
    }

    private void ParseHeaderLine(string word)
    {
        TextRange range = Lexer.Consume().Range;
        int before = Problems.Count;
        if (word is not ("output" or "input"))
            Define(_headerLines, word, range);
        switch (word)
        {
            case "input":
                ParseInput(range);
                break;
            case "image":
                ParseImage(range);
                break;
            case "labels":
                ParseLabels(range);
                break;
            default:
                ParseOutput(range);
                break;
        }

        Token next = Lexer.Current;
        if (!EndsStatement(next) || next.Kind is TokenKind.Arrow or TokenKind.CloseParenthesis)
        {
            if (Problems.Count == before)
                Problems.Unexpected("the end of the line", Lexer);
            if (!next.OnNewLine)
                Lexer.Consume();
            SkipStatement();
        }
    }

    /// <summary>Notes where a header line or a block is defined; a second time is a problem.</summary>
    private void Define(Dictionary<string, TextRange> definitions, string name, TextRange range)
    {
        if (definitions.TryGetValue(name, out TextRange first))
            Problems.Add(ProblemId.DuplicateName, range, name, Problems.Line(first));
        else
            definitions.Add(name, range);
    }

    private void ParseInput(TextRange word)
    {
        if (_statements.Count > 0)
            Problems.Add(ProblemId.SyntaxError, word, "the input line before the first statement", "it behind one");
        string name = "input";
        TextRange nameRange = word;
        if (IsNamed())
        {
            ValueSyntax value = ParseValueName();
            (name, nameRange) = (value.Name, value.Range);
        }

        if (_inputs.FirstOrDefault(input => input.Name == name) is { } first)
            Problems.Add(ProblemId.DuplicateName, nameRange, name, Problems.Line(first.Range));
        else if (_inputs.Count > 0 && (name == "input" || _inputs[0].Name == "input"))
            Problems.Add(ProblemId.SyntaxError, nameRange, "a name in each of several input lines, such as 'input left 3x64x64'", "one without");
        var context = new ValueContext("input", "size", "channels x height x width, such as 3x224x224");
        int[] sizes = new int[3];
        TextRange end = word;
        for (int i = 0; i < sizes.Length; i++)
        {
            if (i > 0 && !Lexer.TryConsumeCross())
            {
                Problems.Unexpected(context.Expected, Lexer);
                return;
            }
            end = Lexer.Current.Range;
            if (ParseWholeNumber(context, 1) is not int size)
                return;
            sizes[i] = size;
        }
        _inputs.Add(new InputSyntax(name, sizes[0], sizes[1], sizes[2], TextRange.Between(word, end)));
    }

    /// <summary>Whether a name stands before the sizes.</summary>
    private bool IsNamed()
    {
        if (Lexer.Current.Kind is not (TokenKind.Name or TokenKind.String) || EndsStatement(Lexer.Current))
            return false;
        Lexer ahead = Lexer;
        ahead.ConsumeValueName();
        return ahead.Current is { Kind: TokenKind.Number, OnNewLine: false };
    }

    private void ParseLabels(TextRange word)
    {
        if (Lexer.Current.Kind != TokenKind.String || EndsStatement(Lexer.Current))
        {
            Problems.Unexpected("the path of a text file in quotes, such as \"imagenet.labels.txt\"", Lexer);
            return;
        }
        TextRange path = Lexer.Consume().Range;
        _labels ??= new LabelsSyntax(Unquote(path), TextRange.Between(word, path));
    }

    private void ParseOutput(TextRange word)
    {
        if (!IsValueName(Lexer.Current) || EndsStatement(Lexer.Current))
        {
            Problems.Unexpected("the name of the value that holds the logits", Lexer);
            return;
        }
        ValueSyntax value = ParseValueName();
        TextRange range = TextRange.Between(word, value.Range);
        if (_outputLines.TryGetValue(value.Name, out TextRange first))
        {
            Problems.Add(ProblemId.DuplicateName, value.Range, Problems.Excerpt(value.Range), Problems.Line(first));
            return;
        }

        _outputLines.Add(value.Name, range);
        _outputs.Add(new OutputSyntax(value.Name, range));
    }

    private void ParseImage(TextRange word)
    {
        var image = new ImageSyntax("rgb", 0, 0, Squash: true, default, default, null, word);
        var seen = new HashSet<string>();
        int before = Problems.Count;
        while (!EndsStatement(Lexer.Current))
        {
            Token token = Lexer.Current;
            string option = token.Kind == TokenKind.Name ? TextOf(token.Range) : "";
            if (!ImageWords.Contains(option))
            {
                if (token.Kind == TokenKind.Name)
                    Problems.Add(ProblemId.UnknownArgument, token.Range, Problems.Excerpt(token.Range), "image", ImageHint(option));
                else
                    Problems.Unexpected("an argument of image or the end of the line", Lexer);
                Lexer.Consume();
                Skip(IsImageWord);
                continue;
            }
            Lexer.Consume();
            if (!seen.Add(option is "bgr" or "gray" or "none" ? "rgb" : option))
                Problems.Add(ProblemId.DuplicateName, token.Range, option, "in this line");
            if (ParseImageOption(option, image) is ImageSyntax next)
                image = next with { Range = new TextRange(word.Start, Lexer.Position - word.Start) };
            else
                Skip(IsImageWord);
        }

        if (Problems.Count > before)
        {
            _image ??= image;
            return;
        }
        if (image.Order == "none" && seen.Count > 1)
            Problems.Add(ProblemId.BadValue, image.Range, "none", "image", "'none' alone, for a network that is given no photos", "other arguments beside it");
        else if (seen.Contains("squash") && (seen.Contains("resize") || seen.Contains("crop")))
            Problems.Add(ProblemId.BadValue, image.Range, "squash", "image", "either 'squash' or 'resize' and 'crop'", "both");
        else if (seen.Contains("resize") != seen.Contains("crop"))
        {
            string found = seen.Contains("crop") ? "'crop' alone" : "'resize' alone";
            Problems.Add(ProblemId.BadValue, image.Range, "resize", "image", "'resize' and 'crop' together", found);
        }
        _image ??= image with { Squash = !seen.Contains("resize") && !seen.Contains("crop") };
    }

    private bool IsImageWord(Token token) => token.Kind == TokenKind.Name && ImageWords.Contains(TextOf(token.Range));

    private string ImageHint(string option) =>
        Problems.Suggest(option, ImageWords) is { Length: > 0 } suggestion ? suggestion : $" image takes {string.Join(", ", ImageWords)}.";

    private ImageSyntax? ParseImageOption(string option, ImageSyntax image)
    {
        var context = new ValueContext("image", option, option is "resize" or "crop" ? "a whole number" : "a number such as 0.485 or 1/255");
        switch (option)
        {
            case "resize":
                return ParseWholeNumber(context, 1) is int resize ? image with { Resize = resize } : null;
            case "crop":
                return ParseWholeNumber(context, 1) is int crop ? image with { Crop = crop } : null;
            case "mean":
                return ParseReals(context) is double[] mean ? image with { Mean = mean.ToEquatableArray() } : null;
            case "std":
                return ParseReals(context) is double[] std ? image with { Std = std.ToEquatableArray() } : null;
            case "scale":
                return ParseReal(context) is NumberSyntax scale ? image with { Scale = scale.Value } : null;
            case "squash":
                return image;
            default:
                return image with { Order = option };
        }
    }

    private double[]? ParseReals(in ValueContext context)
    {
        var values = new List<double>();
        do
        {
            if (ParseReal(context) is not NumberSyntax number)
                return null;
            values.Add(number.Value);
        }
        while (!EndsStatement(Lexer.Current) && Lexer.Current.Kind is TokenKind.Number or TokenKind.Minus);
        return [.. values];
    }

    private void ParseBlock()
    {
        Lexer.Consume();
        TextRange range = Lexer.Consume().Range;
        string name = TextOf(range);
        if (OperationTable.Find(name) is not null)
            Problems.Add(ProblemId.DuplicateName, range, name, "as an operation of the language");
        else if (name == "block" || HeaderWords.Contains(name))
            Problems.Add(ProblemId.DuplicateName, range, name, "as a word of the language");
        else
            Define(_blockDefinitions, name, range);

        Parameters = ParseParameters();
        if (Lexer.Current.Kind == TokenKind.OpenBrace)
        {
            EquatableArray<StatementSyntax> statements = ParseBraces(ProblemList.Quote(Problems.Excerpt(range)), out _);
            _blocks.Add(new BlockSyntax(name, Parameters, statements, range));
        }
        else
        {
            Problems.Unexpected("'{' and the block's statements", Lexer);
            SkipStatement();
        }
        Parameters = default;
    }

    private EquatableArray<ParameterSyntax> ParseParameters()
    {
        if (Lexer.Current.Kind != TokenKind.OpenParenthesis)
            return default;
        Lexer.Consume();
        var parameters = new List<ParameterSyntax>();
        var names = new HashSet<string>();
        while (Lexer.Current.Kind == TokenKind.Name)
        {
            TextRange range = Lexer.Consume().Range;
            string name = TextOf(range);
            parameters.Add(new ParameterSyntax(name, range));
            if (name.Length > LongestParameter)
                Problems.Add(ProblemId.SizeOverflow, range, "the parameter's name", $"more than {LongestParameter} characters");
            if (!names.Add(name))
                Problems.Add(ProblemId.DuplicateName, range, Problems.Excerpt(range), "as a parameter of this block");
            if (parameters.Count == MostParameters + 1)
                Problems.Add(ProblemId.SizeOverflow, range, "the list of parameters", $"more than {MostParameters}");
            if (Lexer.Current.Kind != TokenKind.Comma)
                break;
            Lexer.Consume();
        }
        if (Lexer.Current.Kind == TokenKind.CloseParenthesis)
        {
            Lexer.Consume();
        }
        else
        {
            Problems.Unexpected("a parameter's name, ',' or ')'", Lexer);
            Skip(token => token.Kind == TokenKind.OpenBrace);
            if (Lexer.Current.Kind == TokenKind.CloseParenthesis)
                Lexer.Consume();
        }
        return parameters.ToEquatableArray();
    }
}
