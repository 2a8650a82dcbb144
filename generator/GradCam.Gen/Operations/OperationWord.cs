namespace GradCam.Gen.Operations;

/// <summary>What values an operation takes beside the current one.</summary>
internal enum OperandKind
{
    None,

    /// <summary>The name of one value, which stands for the current one: <c>from x</c>.</summary>
    Value,

    /// <summary>Names and branches, one or more: <c>add x (in -&gt; …)</c>.</summary>
    ValuesAndBranches,
}

/// <summary>A word of the language: how its statement is written, and what layer that is.</summary>
/// <param name="name">The word.</param>
/// <param name="rule">From operands and arguments to operation, output shape and weights; null after a problem, which it has reported.</param>
internal sealed class OperationWord(string name, Func<LayerRule, LayerDraft?> rule)
{
    public string Name => name;

    public Func<LayerRule, LayerDraft?> Rule => rule;

    /// <summary>The arguments without a keyword, in order.</summary>
    public IReadOnlyList<PositionalInfo> Positional { get; init; } = [];

    /// <summary>The arguments with a keyword, in any order.</summary>
    public IReadOnlyList<ArgumentInfo> Named { get; init; } = [];

    /// <summary>Pairs of arguments that exclude each other.</summary>
    public IReadOnlyList<(string First, string Second)> Exclusive { get; init; } = [];

    /// <summary>What values it takes beside the current one.</summary>
    public OperandKind Operands { get; init; }

    /// <summary>True where the rule takes two operands: of several, a layer takes what the layer before made of the others.</summary>
    public bool IsPairwise { get; init; }

    /// <summary>The argument with a keyword.</summary>
    public ArgumentInfo? Keyword(string keyword) => Named.FirstOrDefault(argument => argument.Name == keyword);

    /// <summary>The argument of a canonical name, positional or not.</summary>
    public ArgumentInfo? Argument(string canonical) =>
        Positional.FirstOrDefault(positional => positional.Argument.Name == canonical)?.Argument ?? Keyword(canonical);
}
