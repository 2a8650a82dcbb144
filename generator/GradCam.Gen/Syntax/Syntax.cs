namespace GradCam.Gen.Syntax;

/// <summary>A whole spec: the header lines, the statements in order, the block definitions.</summary>
internal sealed record SpecSyntax(
    EquatableArray<InputSyntax> Inputs,
    ImageSyntax? Image,
    LabelsSyntax? Labels,
    EquatableArray<OutputSyntax> Outputs,
    EquatableArray<StatementSyntax> Statements,
    EquatableArray<BlockSyntax> Blocks)
{
    /// <summary>The first input, or null.</summary>
    public InputSyntax? Input => Inputs.Count > 0 ? Inputs[0] : null;
}

/// <summary>
/// <c>input 3x224x224</c>: channels, height, width; <c>input left 3x64x64</c> where there are several. The name is <c>input</c> where none is said.
/// </summary>
internal sealed record InputSyntax(string Name, int Channels, int Height, int Width, TextRange Range);

/// <summary><c>image rgb resize 256 crop 224 mean 0.485 0.456 0.406 std 0.229 0.224 0.225 scale 1/255</c>. Crop is the side of the centre crop, 0 where not
/// said. The order is <c>none</c> where the network is given no photos.</summary>
internal sealed record ImageSyntax(
    string Order, int Resize, int Crop, bool Squash, EquatableArray<double> Mean, EquatableArray<double> Std, double? Scale, TextRange Range);

/// <summary><c>labels "imagenet.labels.txt"</c>.</summary>
internal sealed record LabelsSyntax(string Path, TextRange Range);

/// <summary><c>output fc</c>.</summary>
internal sealed record OutputSyntax(string Name, TextRange Range);

/// <summary><c>block basic(c, s) { … }</c>.</summary>
internal sealed record BlockSyntax(string Name, EquatableArray<ParameterSyntax> Parameters, EquatableArray<StatementSyntax> Statements, TextRange NameRange);

/// <summary>A block's integer parameter.</summary>
internal sealed record ParameterSyntax(string Name, TextRange Range);

/// <summary>A statement. The label may be a range, <c>1..5:</c>, which stands for one statement a number.</summary>
internal abstract record StatementSyntax(LabelSyntax? Label, TextRange Range);

/// <summary>A label: <c>conv1:</c>, <c>downsample.0:</c>, <c>"any text":</c>, or a range <c>denselayer1..6:</c> (Name "denselayer", 1 to 6).</summary>
internal sealed record LabelSyntax(string Name, int First, int Last, bool IsRange, TextRange Range);

/// <summary>An operation: <c>conv 64 7x7 stride 2 pad 3 bias off</c>.</summary>
internal sealed record OperationSyntax(
    LabelSyntax? Label, string Name, TextRange NameRange, EquatableArray<ArgumentSyntax> Arguments, EquatableArray<OperandSyntax> Operands, TextRange Range)
    : StatementSyntax(Label, Range)
{
    public ArgumentSyntax? Argument(string name)
    {
        foreach (ArgumentSyntax argument in Arguments)
            if (argument.Name == name)
                return argument;
        return null;
    }
}

/// <summary>A call of a block: <c>0: down 128</c>.</summary>
internal sealed record CallSyntax(LabelSyntax? Label, string Block, TextRange BlockRange, EquatableArray<ExpressionSyntax> Arguments, TextRange Range)
    : StatementSyntax(Label, Range);

/// <summary>Statements in braces: <c>layer1: { … }</c>.</summary>
internal sealed record GroupSyntax(LabelSyntax? Label, EquatableArray<StatementSyntax> Statements, TextRange Range)
    : StatementSyntax(Label, Range);

/// <summary>
/// One argument of an operation, under its name in the language's table (<c>OperationTable</c>): positional ones too (<c>channels</c>, <c>kernel</c>).
/// A flag has no values; a choice (<c>bias off</c>, <c>pad same</c>) has a <see cref="Word"/>.
/// </summary>
internal sealed record ArgumentSyntax(string Name, EquatableArray<ExpressionSyntax> Values, string? Word, TextRange Range);

/// <summary>What <c>add</c>, <c>mul</c> and <c>concat</c> take: the name of a value or a side branch.</summary>
internal abstract record OperandSyntax(TextRange Range);

/// <summary>The name of a value; <c>in</c> is the block's input.</summary>
internal sealed record ValueSyntax(string Name, TextRange Range) : OperandSyntax(Range);

/// <summary>A side branch: <c>( in -&gt; conv1: conv 64 1x1 -&gt; relu )</c>. Without a start, <c>( -&gt; … )</c>, it begins at the current value.</summary>
internal sealed record BranchSyntax(ValueSyntax? Start, EquatableArray<StatementSyntax> Statements, TextRange Range) : OperandSyntax(Range);

/// <summary>An argument's value: integers and reals, parameters, arithmetic, and height x width pairs.</summary>
internal abstract record ExpressionSyntax(TextRange Range);

/// <summary>A number. Integers have <see cref="IsInteger"/>.</summary>
internal sealed record NumberSyntax(double Value, bool IsInteger, TextRange Range) : ExpressionSyntax(Range);

/// <summary>A block's parameter.</summary>
internal sealed record ParameterReferenceSyntax(string Name, TextRange Range) : ExpressionSyntax(Range);

/// <summary>+ - * / on expressions.</summary>
internal sealed record BinarySyntax(char Operator, ExpressionSyntax Left, ExpressionSyntax Right, TextRange Range) : ExpressionSyntax(Range);

/// <summary>A size, <c>3x5</c>: height, then width.</summary>
internal sealed record SizeSyntax(ExpressionSyntax Height, ExpressionSyntax Width, TextRange Range) : ExpressionSyntax(Range);
