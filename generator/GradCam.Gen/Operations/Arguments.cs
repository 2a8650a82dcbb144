using GradCam.Gen.Diagnostics;
using GradCam.Gen.Model;
using GradCam.Gen.Syntax;
using static System.FormattableString;

namespace GradCam.Gen.Operations;

/// <summary>What a block's parameter stands for.</summary>
/// <param name="Value">The number.</param>
/// <param name="Sources">Where it is said: the argument of the outermost block's use first, the one of this block's last.</param>
internal readonly record struct ParameterValue(long Value, EquatableArray<TextRange> Sources);

/// <summary>The evaluated arguments of one operation. A bad value is reported once and replaced by one that lets the passes go on.</summary>
internal sealed class Arguments(OperationSyntax syntax, IReadOnlyDictionary<string, ParameterValue> parameters, List<Problem> problems)
{
    /// <summary>No channel count of a real network comes near it.</summary>
    private const int LargestCount = 1 << 24;

    /// <summary>No kernel, stride, padding or dilation comes near it, and the product of two of them fits in an int.</summary>
    private const int LargestSize = 1 << 15;

    /// <summary>True after a value was reported as wrong.</summary>
    public bool HasProblem { get; private set; }

    public bool Has(string name) => syntax.Argument(name) is not null;

    /// <summary>An on/off choice or a flag.</summary>
    public bool Flag(string name, bool defaultValue = false) => syntax.Argument(name) switch
    {
        null => defaultValue,
        { Word: "off" } => false,
        _ => true,
    };

    public string? Word(string name) => syntax.Argument(name)?.Word;

    /// <summary>A whole number of at least <paramref name="least"/>.</summary>
    public int Integer(string name, int? defaultValue = null, int least = 1)
    {
        if (syntax.Argument(name) is not { Values.Count: > 0 } argument)
            return defaultValue ?? Missing(name, least);
        return Bounded(argument, argument.Values[0], least, LargestCount);
    }

    /// <summary>A height and a width, each at least 1.</summary>
    public Extent Size(string name, Extent? defaultValue = null)
    {
        if (syntax.Argument(name) is not { Values.Count: > 0 } argument)
            return defaultValue ?? new Extent(Missing(name, 1), 1);
        return Size(argument, argument.Values[0], 1);
    }

    /// <summary>Padding: one number, a size, or top, left, bottom and right. The word <c>same</c> is left to the caller.</summary>
    public Edges Pad(string name, int least = 0)
    {
        if (syntax.Argument(name) is not { Values.Count: > 0 } argument)
            return default;
        if (argument.Values.Count == 4)
        {
            int[] edges = argument.Values.Select(value => Bounded(argument, value, least, LargestSize)).ToArray();
            return new Edges(edges[0], edges[1], edges[2], edges[3]);
        }

        Extent size = Size(argument, argument.Values[0], least);
        return new Edges(size.Height, size.Width, size.Height, size.Width);
    }

    public double Real(string name, double defaultValue)
    {
        if (syntax.Argument(name) is not { Values.Count: > 0 } argument)
            return defaultValue;
        double value = Evaluate(argument.Values[0]);
        if (!double.IsNaN(value) && !double.IsInfinity(value))
            return value;
        Report(argument.Name, argument.Values[0], "a finite number", Invariant($"{value}"));
        return defaultValue;
    }

    /// <summary>Where a value is said: the arguments of blocks' uses that it comes from, the outermost first, and the statement.</summary>
    public EquatableArray<TextRange> Sources(string name) =>
        syntax.Argument(name) is { Values.Count: 1 } argument ? Sources(argument.Values[0]).Append(syntax.Range).ToEquatableArray() : new([syntax.Range]);

    /// <summary>The argument of a block's use that a value comes from; null for one that is written in the statement.</summary>
    public TextRange? Origin(string name) => Sources(name) is { Count: > 1 } sources ? sources[0] : null;

    /// <summary>A block call's argument.</summary>
    public static ParameterValue? CallArgument(
        ExpressionSyntax expression, IReadOnlyDictionary<string, ParameterValue> parameters, string block, List<Problem> problems)
    {
        var syntax = new OperationSyntax(null, block, expression.Range, default, default, expression.Range);
        var arguments = new Arguments(syntax, parameters, problems);
        var argument = new ArgumentSyntax("argument", new([expression]), null, expression.Range);
        long value = arguments.Bounded(argument, expression, 0, LargestCount);
        return arguments.HasProblem ? null : new ParameterValue(value, arguments.Sources(expression).Append(expression.Range).ToEquatableArray());
    }

    /// <summary>The sources of the only parameter in an expression; none where there is no parameter, or several.</summary>
    private EquatableArray<TextRange> Sources(ExpressionSyntax expression)
    {
        string[] names = [.. References(expression).Where(parameters.ContainsKey).Distinct()];
        return names.Length == 1 ? parameters[names[0]].Sources : default;
    }

    private static IEnumerable<string> References(ExpressionSyntax expression) => expression switch
    {
        ParameterReferenceSyntax reference => [reference.Name],
        BinarySyntax binary => References(binary.Left).Concat(References(binary.Right)),
        SizeSyntax size => References(size.Height).Concat(References(size.Width)),
        _ => [],
    };

    private Extent Size(ArgumentSyntax argument, ExpressionSyntax value, int least)
    {
        if (value is SizeSyntax size)
            return new Extent(Bounded(argument, size.Height, least, LargestSize), Bounded(argument, size.Width, least, LargestSize));
        int side = Bounded(argument, value, least, LargestSize);
        return new Extent(side, side);
    }

    private int Bounded(ArgumentSyntax argument, ExpressionSyntax expression, int least, int largest)
    {
        double value = expression is SizeSyntax ? double.NaN : Evaluate(expression);
        if (value == Math.Floor(value) && value >= least && value <= largest)
            return (int)value;
        string expected = Invariant($"a whole number from {least} to {largest}");
        Report(argument.Name, expression, expected, double.IsNaN(value) ? "none that can be computed" : Invariant($"{value}"));
        return Math.Max(least, 1);
    }

    private double Evaluate(ExpressionSyntax expression)
    {
        switch (expression)
        {
            case NumberSyntax number:
                return number.Value;
            case ParameterReferenceSyntax reference:
                if (parameters.TryGetValue(reference.Name, out ParameterValue value))
                    return value.Value;
                HasProblem = true;
                string hint = NearestName.Suggest(reference.Name, parameters.Keys);
                problems.Add(new Problem(ProblemId.UnknownName, reference.Range, reference.Name, hint));
                return 1;
            case BinarySyntax binary:
                double left = Evaluate(binary.Left), right = Evaluate(binary.Right);
                return binary.Operator switch { '+' => left + right, '-' => left - right, '*' => left * right, _ => left / right };
            default:
                return double.NaN;
        }
    }

    private int Missing(string name, int least)
    {
        HasProblem = true;
        problems.Add(new Problem(ProblemId.BadValue, syntax.NameRange, name, syntax.Name, "a value", "none"));
        return least;
    }

    private void Report(string argument, ExpressionSyntax expression, string expected, string found)
    {
        HasProblem = true;
        TextRange? origin = Sources(expression) is { Count: > 0 } sources ? sources[0] : null;
        problems.Add(new Problem(ProblemId.BadValue, origin ?? expression.Range, argument, syntax.Name, expected, found)
        {
            Elsewhere = origin is null ? null : OtherPlace.Origin(expression.Range),
        });
    }
}
