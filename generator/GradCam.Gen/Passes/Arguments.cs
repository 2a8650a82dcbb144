using GradCam.Gen.Diagnostics;
using GradCam.Gen.Model;
using GradCam.Gen.Spec;
using static System.FormattableString;

namespace GradCam.Gen.Passes;

/// <summary>The evaluated arguments of one operation. A bad value is reported once and replaced by one that lets the passes go on.</summary>
internal sealed class Arguments(OperationSyntax syntax, IReadOnlyDictionary<string, long> parameters, List<Problem> problems)
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
        Report(argument.Name, argument.Range, "a finite number", Invariant($"{value}"));
        return defaultValue;
    }

    /// <summary>A block call's argument.</summary>
    public static long? CallArgument(ExpressionSyntax expression, IReadOnlyDictionary<string, long> parameters, string block, List<Problem> problems)
    {
        var syntax = new OperationSyntax(null, block, expression.Range, default, default, expression.Range);
        var arguments = new Arguments(syntax, parameters, problems);
        var argument = new ArgumentSyntax("argument", new([expression]), null, expression.Range);
        long value = arguments.Bounded(argument, expression, 0, LargestCount);
        return arguments.HasProblem ? null : value;
    }

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
        Report(argument.Name, expression.Range, expected, double.IsNaN(value) ? "none that can be computed" : Invariant($"{value}"));
        return Math.Max(least, 1);
    }

    private double Evaluate(ExpressionSyntax expression)
    {
        switch (expression)
        {
            case NumberSyntax number:
                return number.Value;
            case ParameterReferenceSyntax reference:
                if (parameters.TryGetValue(reference.Name, out long value))
                    return value;
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

    private void Report(string argument, TextRange range, string expected, string found)
    {
        HasProblem = true;
        problems.Add(new Problem(ProblemId.BadValue, range, argument, syntax.Name, expected, found));
    }
}
