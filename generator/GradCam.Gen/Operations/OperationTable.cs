namespace GradCam.Gen.Spec;

/// <summary>What may stand as an argument's value.</summary>
internal enum ArgumentKind
{
    /// <summary>An integer expression: one value.</summary>
    Integer,

    /// <summary>An integer expression (a square) or <c>HxW</c> (a <see cref="SizeSyntax"/>): one value.</summary>
    Size,

    /// <summary>A size: one value; or four integers, top, left, bottom, right: four values.</summary>
    Padding,

    /// <summary>As <see cref="Padding"/>, or <c>same</c>: no value, the word <c>same</c>.</summary>
    PaddingOrSame,

    /// <summary>A real number, <c>-0.5</c>, <c>1e-5</c> or <c>1/6</c>: one value, a <see cref="NumberSyntax"/>.</summary>
    Real,

    /// <summary>Nothing: no value.</summary>
    Flag,

    /// <summary><c>on</c> or <c>off</c>: no value, the word.</summary>
    Switch,
}

/// <summary>An argument of an operation.</summary>
/// <param name="Name">Its canonical name; also its keyword, if it is not positional.</param>
/// <param name="Kind">What may stand as its value.</param>
/// <param name="Minimum">The smallest integer allowed (each side of a size).</param>
internal sealed record ArgumentInfo(string Name, ArgumentKind Kind, int Minimum = 1)
{
    /// <summary>What is expected in its place, for messages.</summary>
    public string Expected => Kind switch
    {
        ArgumentKind.Integer => "a whole number",
        ArgumentKind.Size => "a size such as 3 or 3x3",
        ArgumentKind.Padding => "a padding such as 1, 1x2 or 0 0 1 1",
        ArgumentKind.PaddingOrSame => "a padding such as 1, 1x2, 0 0 1 1 or 'same'",
        ArgumentKind.Real => "a number such as 0.1 or 1/6",
        _ => "'on' or 'off'",
    };
}

/// <summary>An argument without a keyword, in its place behind the operation.</summary>
/// <param name="Argument">The argument.</param>
/// <param name="Optional">True when it may be left out.</param>
/// <param name="Alternatives">Keywords of arguments that may stand instead: <c>maxpool global</c>.</param>
internal sealed record PositionalInfo(ArgumentInfo Argument, bool Optional, EquatableArray<string> Alternatives);

/// <summary>What values an operation takes beside the current one.</summary>
internal enum OperandKind
{
    None,

    /// <summary>The name of one value: <c>from x</c>.</summary>
    Value,

    /// <summary>Names and branches, one or more: <c>add x (in -&gt; …)</c>.</summary>
    ValuesAndBranches,
}

/// <summary>An operation of the language.</summary>
/// <param name="Name">Its word.</param>
/// <param name="Positional">The arguments without a keyword, in order.</param>
/// <param name="Named">The arguments with a keyword, in any order.</param>
/// <param name="Operands">What values it takes beside the current one.</param>
/// <param name="Exclusive">Pairs of arguments that exclude each other.</param>
internal sealed record OperationInfo(
    string Name,
    EquatableArray<PositionalInfo> Positional,
    EquatableArray<ArgumentInfo> Named,
    OperandKind Operands,
    EquatableArray<(string First, string Second)> Exclusive)
{
    /// <summary>The argument with a keyword.</summary>
    public ArgumentInfo? Keyword(string name) => Named.FirstOrDefault(argument => argument.Name == name);

    /// <summary>The argument of a canonical name, positional or not.</summary>
    public ArgumentInfo? Argument(string name) => Positional.FirstOrDefault(positional => positional.Argument.Name == name)?.Argument ?? Keyword(name);
}

/// <summary>
/// The operations and their arguments: what the parser knows of them, and what misspelt names are compared with.
/// </summary>
/// <remarks>
/// An <see cref="OperationSyntax"/> has its arguments under these names. Positional ones are always there unless they are optional
/// or one of their alternatives stands instead; named ones only where the spec has them (the defaults are the passes').
/// <list type="table">
/// <listheader><term>operation</term><description>positional; named (kind)</description></listheader>
/// <item><term>conv, convtranspose</term><description>channels (integer), kernel (size); stride (size), pad (padding or same), dilation (size), groups
/// (integer), depthwise (flag),
/// bias (switch); convtranspose also outpad (size)</description></item>
/// <item><term>linear</term><description>channels (integer); bias (switch)</description></item>
/// <item><term>batchnorm, layernorm</term><description>eps (real), affine (switch)</description></item>
/// <item><term>maxpool</term><description>kernel (size) or global (flag) or adaptive (size); stride (size), pad (padding or same), dilation (size), ceil
/// (flag)</description></item>
/// <item><term>avgpool</term><description>kernel (size) or global (flag) or adaptive (size); stride (size), pad (padding or same), ceil (flag),
/// count_include_pad (switch)</description></item>
/// <item><term>leakyrelu</term><description>slope (real)</description></item>
/// <item><term>elu</term><description>alpha (real)</description></item>
/// <item><term>gelu</term><description>tanh (flag)</description></item>
/// <item><term>hardsigmoid</term><description>alpha (real), beta (real)</description></item>
/// <item><term>softplus</term><description>beta (real)</description></item>
/// <item><term>clip</term><description>min (real), max (real)</description></item>
/// <item><term>slice</term><description>start (integer), count (integer)</description></item>
/// <item><term>shuffle</term><description>groups (integer)</description></item>
/// <item><term>lrn</term><description>size (integer); alpha (real), beta (real), k (real)</description></item>
/// <item><term>pad</term><description>pad (padding); reflect (flag)</description></item>
/// <item><term>upsample</term><description>factor (size) or to (size); nearest (flag), bilinear (flag), align_corners (flag)</description></item>
/// <item><term>dropout</term><description>rate (real), optional</description></item>
/// <item><term>add, mul, concat</term><description>no arguments; operands, one or more</description></item>
/// <item><term>from</term><description>no arguments; one operand, a value</description></item>
/// <item><term>the others</term><description>nothing</description></item>
/// </list>
/// </remarks>
internal static class OperationTable
{
    private static readonly string[] WholeMaps = ["global", "adaptive"];
    private static readonly ArgumentInfo Stride = new("stride", ArgumentKind.Size);
    private static readonly ArgumentInfo Pad = new("pad", ArgumentKind.PaddingOrSame, Minimum: 0);
    private static readonly ArgumentInfo Dilation = new("dilation", ArgumentKind.Size);
    private static readonly ArgumentInfo Groups = new("groups", ArgumentKind.Integer);
    private static readonly ArgumentInfo Bias = new("bias", ArgumentKind.Switch);
    private static readonly ArgumentInfo Epsilon = new("eps", ArgumentKind.Real);
    private static readonly ArgumentInfo Affine = new("affine", ArgumentKind.Switch);
    private static readonly ArgumentInfo Alpha = new("alpha", ArgumentKind.Real);
    private static readonly ArgumentInfo Beta = new("beta", ArgumentKind.Real);
    private static readonly PositionalInfo Channels = Required(new("channels", ArgumentKind.Integer));
    private static readonly PositionalInfo Kernel = Required(new("kernel", ArgumentKind.Size));
    private static readonly PositionalInfo PoolKernel = Required(new("kernel", ArgumentKind.Size), WholeMaps);

    private static readonly OperationInfo[] Operations =
    [
        Operation("conv", [Channels, Kernel], [Stride, Pad, Dilation, Groups, Flag("depthwise"), Bias], ("groups", "depthwise")),
        Operation(
            "convtranspose",
            [Channels, Kernel],
            [Stride, Pad, new("outpad", ArgumentKind.Size, Minimum: 0), Dilation, Groups, Flag("depthwise"), Bias],
            ("groups", "depthwise")),
        Operation("linear", [Channels], [Bias]),
        Operation("batchnorm", [], [Epsilon, Affine]),
        Operation("layernorm", [], [Epsilon, Affine]),
        Operation("prelu"),
        Operation("scale"),
        Operation("shift"),
        Operation("relu"),
        Operation("relu6"),
        Operation("sigmoid"),
        Operation("tanh"),
        Operation("silu"),
        Operation("hardswish"),
        Operation("mish"),
        Operation("selu"),
        Operation("leakyrelu", [], [new("slope", ArgumentKind.Real)]),
        Operation("elu", [], [Alpha]),
        Operation("gelu", [], [Flag("tanh")]),
        Operation("hardsigmoid", [], [Alpha, Beta]),
        Operation("softplus", [], [Beta]),
        Operation("clip", [Required(new("min", ArgumentKind.Real)), Required(new("max", ArgumentKind.Real))], []),
        Pool("maxpool", Dilation, Flag("ceil")),
        Pool("avgpool", Flag("ceil"), new("count_include_pad", ArgumentKind.Switch)),
        Operation("flatten"),
        Operation("softmax"),
        Operation("dropout", [new(new("rate", ArgumentKind.Real), Optional: true, default)], []),
        Operation("identity"),
        Combination("add"),
        Combination("mul"),
        Combination("concat"),
        new("from", default, default, OperandKind.Value, default),
        Operation("slice", [Required(new("start", ArgumentKind.Integer, Minimum: 0)), Required(new("count", ArgumentKind.Integer))], []),
        Operation("shuffle", [Required(Groups)], []),
        Operation("lrn", [Required(new("size", ArgumentKind.Integer))], [Alpha, Beta, new("k", ArgumentKind.Real)]),
        Operation("pad", [Required(new("pad", ArgumentKind.Padding, Minimum: int.MinValue))], [Flag("reflect")]),
        Operation(
            "upsample",
            [Required(new("factor", ArgumentKind.Size), "to")],
            [new("to", ArgumentKind.Size), Flag("nearest"), Flag("bilinear"), Flag("align_corners")],
            ("factor", "to"),
            ("nearest", "bilinear"),
            ("nearest", "align_corners")),
    ];

    private static readonly Dictionary<string, OperationInfo> ByName = Operations.ToDictionary(operation => operation.Name);

    /// <summary>The names of all operations, in the table's order.</summary>
    public static IEnumerable<string> Names => Operations.Select(operation => operation.Name);

    /// <summary>The operation of a name.</summary>
    public static OperationInfo? Find(string name) => ByName.TryGetValue(name, out OperationInfo? operation) ? operation : null;

    private static ArgumentInfo Flag(string name) => new(name, ArgumentKind.Flag);

    private static PositionalInfo Required(ArgumentInfo argument, params string[] alternatives) =>
        new(argument, Optional: false, alternatives.ToEquatableArray());

    private static OperationInfo Operation(string name) => Operation(name, [], []);

    private static OperationInfo Operation(string name, PositionalInfo[] positional, ArgumentInfo[] named, params (string First, string Second)[] exclusive) =>
        new(name, positional.ToEquatableArray(), named.ToEquatableArray(), OperandKind.None, exclusive.ToEquatableArray());

    private static OperationInfo Combination(string name) => new(name, default, default, OperandKind.ValuesAndBranches, default);

    private static OperationInfo Pool(string name, params ArgumentInfo[] own)
    {
        string[] windowed = ["kernel", "stride", "pad", .. own.Select(argument => argument.Name)];
        IEnumerable<(string, string)> exclusive = from whole in WholeMaps from window in windowed select (whole, window);
        return Operation(
            name, [PoolKernel], [Flag("global"), new("adaptive", ArgumentKind.Size), Stride, Pad, .. own], [("global", "adaptive"), .. exclusive]);
    }
}
