using GradCam.Gen.Syntax;

namespace GradCam.Gen.Operations;

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

/// <summary>The arguments that several operations have.</summary>
internal static class CommonArguments
{
    public static readonly ArgumentInfo Stride = new("stride", ArgumentKind.Size);
    public static readonly ArgumentInfo Pad = new("pad", ArgumentKind.PaddingOrSame, Minimum: 0);
    public static readonly ArgumentInfo Dilation = new("dilation", ArgumentKind.Size);
    public static readonly ArgumentInfo Groups = new("groups", ArgumentKind.Integer);
    public static readonly ArgumentInfo Bias = new("bias", ArgumentKind.Switch);
    public static readonly ArgumentInfo Epsilon = new("eps", ArgumentKind.Real);
    public static readonly ArgumentInfo AffineSwitch = new("affine", ArgumentKind.Switch);
    public static readonly ArgumentInfo Alpha = new("alpha", ArgumentKind.Real);
    public static readonly ArgumentInfo Beta = new("beta", ArgumentKind.Real);
    public static readonly PositionalInfo Channels = Required(new("channels", ArgumentKind.Integer));
    public static readonly PositionalInfo Kernel = Required(new("kernel", ArgumentKind.Size));

    public static ArgumentInfo Flag(string name) => new(name, ArgumentKind.Flag);

    public static PositionalInfo Required(ArgumentInfo argument, params string[] alternatives) =>
        new(argument, Optional: false, alternatives.ToEquatableArray());
}
