using GradCam.Gen.Diagnostics;
using GradCam.Gen.Model;
using GradCam.Gen.Syntax;
using static System.FormattableString;

namespace GradCam.Gen.Operations;

/// <summary>A value that a statement takes.</summary>
/// <param name="Layer">Whose output it is.</param>
/// <param name="Range">Where the statement names it.</param>
internal readonly record struct OperandLayer(Layer Layer, TextRange Range);

/// <summary>What the rule of a word goes by: a statement's operands and arguments, and what rules have in common.</summary>
/// <param name="syntax">The statement.</param>
/// <param name="key">The statement's full name, under which its weights are.</param>
/// <param name="operands">The values it takes; the first is the current one, or what stands for it.</param>
/// <param name="arguments">Its arguments.</param>
/// <param name="problems">Where problems go.</param>
internal sealed class LayerRule(OperationSyntax syntax, string key, IReadOnlyList<OperandLayer> operands, Arguments arguments, List<Problem> problems)
{
    /// <summary>The statement of the network that uses the block in which this one stands; null outside of blocks.</summary>
    public TextRange? Use { get; init; }

    /// <summary>A layer's name, shape and line, for messages.</summary>
    public required Func<Layer, string> Describe { get; init; }

    public IReadOnlyList<OperandLayer> Operands => operands;

    public Arguments Arguments => arguments;

    /// <summary>The current value's shape.</summary>
    public Shape Input => operands[0].Layer.Shape;

    /// <summary>Null after a problem, which was reported.</summary>
    public LayerDraft? Apply(OperationWord word)
    {
        LayerDraft? draft = word.Rule(this);
        if (draft is null || arguments.HasProblem)
            return null;
        if (draft.Shape.Length <= int.MaxValue / 8)
            return draft;
        problems.Add(new Problem(ProblemId.SizeOverflow, syntax.Range, syntax.Name, Invariant($"{draft.Shape} = {draft.Shape.Length} values")));
        return null;
    }

    /// <summary>The same shape, without weights.</summary>
    public LayerDraft Keep(Operation operation) => new(operation, Input);

    /// <summary>The window that the arguments say.</summary>
    public Window Window(Extent kernel, Extent defaultStride)
    {
        Extent stride = arguments.Size("stride", defaultStride), dilation = arguments.Size("dilation", Extent.One);
        var window = new Window(kernel, stride, arguments.Pad("pad"), dilation);
        if (arguments.Word("pad") != "same")
            return window;
        (int top, int bottom) = Same(Input.Height, window.Reach.Height, stride.Height);
        (int left, int right) = Same(Input.Width, window.Reach.Width, stride.Width);
        return window with { Pad = new Edges(top, left, bottom, right) };
    }

    /// <summary>TensorFlow's SAME: the output has ceil(size / stride) pixels, the odd pixel of padding goes to the end.</summary>
    private static (int Begin, int End) Same(int size, int reach, int stride)
    {
        long outputs = ((long)size + stride - 1) / stride;
        int total = (int)Math.Max(0, (outputs - 1) * stride + reach - size);
        return (total / 2, total - total / 2);
    }

    /// <summary>How often a window fits; null where it does not, which is reported.</summary>
    public Extent? Slide(Window window, bool ceil)
    {
        long height = Count(Input.Height, window.Kernel.Height, window.Stride.Height, window.Dilation.Height, window.Pad.Top, window.Pad.Bottom, ceil);
        long width = Count(Input.Width, window.Kernel.Width, window.Stride.Width, window.Dilation.Width, window.Pad.Left, window.Pad.Right, ceil);
        if (height >= 1 && width >= 1)
            return Fits(height * width) ? new Extent((int)height, (int)width) : null;
        long rows = 1 + (window.Kernel.Height - 1L) * window.Dilation.Height, columns = 1 + (window.Kernel.Width - 1L) * window.Dilation.Width;
        Mismatch(Invariant($"an input that holds the window of {rows}x{columns}"), Invariant($"{Input} with padding {window.Pad}"));
        return null;
    }

    private static long Count(int size, int kernel, int stride, int dilation, int begin, int end, bool ceil)
    {
        long room = (long)size + begin + end - (kernel - 1L) * dilation - 1;
        if (room < 0)
            return 0;
        long count = (ceil ? room + stride - 1 : room) / stride + 1;
        // PyTorch: a window of ceil mode must begin inside the map or its leading padding.
        return ceil && (count - 1) * stride >= size + begin ? count - 1 : count;
    }

    /// <summary>A weight under the statement's name, in one of these shapes.</summary>
    public WeightBinding Weight(string role, params int[][] shapes) =>
        new(role, key.Length == 0 ? role : key + "." + role, shapes.Select(shape => shape.ToEquatableArray()).ToList());

    /// <summary>The weight whose name the statement's is: one value a channel.</summary>
    public WeightBinding Parameter()
    {
        int c = Input.Channels;
        return new("parameter", key, [new([c]), new([c, 1, 1]), new([1, c, 1, 1])]);
    }

    /// <summary>A factor and a summand a channel, unless the arguments say that there are none.</summary>
    public IReadOnlyList<WeightBinding> AffineWeights() =>
        arguments.Flag("affine", true) ? [Weight("weight", [Input.Channels]), Weight("bias", [Input.Channels])] : [];

    /// <summary>A weight and, unless the arguments say that there is none, a bias.</summary>
    public IReadOnlyList<WeightBinding> WithBias(int channels, params int[][] shapes) =>
        arguments.Flag("bias", true) ? [Weight("weight", shapes), Weight("bias", [channels])] : [Weight("weight", shapes)];

    /// <summary>Whether a number of channels divides into groups; if not, that is reported.</summary>
    public bool Divides(int divisor, int number, string what)
    {
        if (number % divisor == 0)
            return true;
        TextRange? origin = arguments.Origin("channels") ?? arguments.Origin("groups");
        string expected = Invariant($"{what} that divide into {divisor} groups");
        problems.Add(new Problem(ProblemId.ShapeMismatch, origin ?? syntax.Range, syntax.Name, expected, Invariant($"{number}"))
        {
            Elsewhere = origin is null ? null : OtherPlace.Origin(syntax.Range),
        });
        return false;
    }

    /// <summary>Whether that many values can be; if not, that is reported.</summary>
    public bool Fits(long count) => Fits(count, count, "values");

    /// <summary>The same, with another number to report.</summary>
    public bool Fits(long count, long reported, string what)
    {
        if (count is >= 0 and <= int.MaxValue / 8)
            return true;
        problems.Add(new Problem(ProblemId.SizeOverflow, syntax.Range, syntax.Name, Invariant($"{reported} {what}")));
        return false;
    }

    /// <summary>Reports an argument.</summary>
    public LayerDraft? BadValue(string expected, string found)
    {
        problems.Add(new Problem(ProblemId.BadValue, syntax.Range, syntax.Name, syntax.Name, expected, found));
        return null;
    }

    /// <summary>Reports two operands that do not fit each other.</summary>
    public LayerDraft? OperandsDiffer(Layer left, Layer right, TextRange range)
    {
        var problem = new Problem(ProblemId.ShapeMismatch, range, syntax.Name, Describe(left), Describe(right));
        if (Use is TextRange use && left.Shape.Size == right.Shape.Size && (left.ChannelsFrom.Count > 1 || right.ChannelsFrom.Count > 1))
            problem = problem with { Place = use, Elsewhere = OtherPlace.Origin(range) };
        problems.Add(problem);
        return null;
    }

    /// <summary>Reports a shape.</summary>
    public LayerDraft? Mismatch(string expected, string found)
    {
        problems.Add(new Problem(ProblemId.ShapeMismatch, syntax.Range, syntax.Name, expected, found));
        return null;
    }
}
