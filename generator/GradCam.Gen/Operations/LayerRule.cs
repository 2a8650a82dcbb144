using GradCam.Gen.Diagnostics;
using GradCam.Gen.Model;
using GradCam.Gen.Spec;
using static System.FormattableString;

namespace GradCam.Gen.Passes;

/// <summary>One rule an operation of the language: from arguments and input shape to operation, output shape and weights.</summary>
/// <param name="syntax">The statement.</param>
/// <param name="key">The statement's full name, under which its weights are.</param>
/// <param name="input">The current value's shape.</param>
/// <param name="arguments">Its arguments.</param>
/// <param name="problems">Where problems go.</param>
internal sealed class LayerRules(OperationSyntax syntax, string key, Shape input, Arguments arguments, List<Problem> problems)
{
    /// <summary>A layer but for its place in the network.</summary>
    public sealed record Draft(Operation Operation, Shape Shape)
    {
        public IReadOnlyList<WeightBinding> Weights { get; init; } = [];

        public Affine? Affine { get; init; }
    }

    /// <summary>Null after a problem, which was reported.</summary>
    public Draft? Apply()
    {
        Draft? draft = Rule();
        if (draft is null || arguments.HasProblem)
            return null;
        if (draft.Shape.Length <= int.MaxValue / 8)
            return draft;
        problems.Add(new Problem(ProblemId.SizeOverflow, syntax.Range, syntax.Name, Invariant($"{draft.Shape} = {draft.Shape.Length} values")));
        return null;
    }

    private Draft? Rule() => syntax.Name switch
    {
        "conv" => Convolution(),
        "convtranspose" => TransposedConvolution(),
        "linear" => Linear(),
        "batchnorm" => BatchNorm(),
        "scale" or "shift" => Parameter(),
        "layernorm" => LayerNorm(),
        "prelu" => new Draft(new ParametricReluOperation(), input) { Weights = [Weight("weight", [input.Channels], [1])] },
        "maxpool" or "avgpool" => Pool(),
        "flatten" => new Draft(new FlattenOperation(), new Shape((int)Math.Min(input.Length, int.MaxValue), 1, 1)),
        "softmax" => new Draft(new SoftmaxOperation(), input),
        "slice" => Slice(),
        "shuffle" => Shuffle(),
        "lrn" => new Draft(
            new LocalResponseNormOperation(arguments.Integer("size"), arguments.Real("alpha", 1e-4), arguments.Real("beta", 0.75), arguments.Real("k", 1)), input),
        "pad" => Pad(),
        "upsample" => Upsample(),
        _ => Activate(),
    };

    private Draft? Activate()
    {
        Activation activation = syntax.Name switch
        {
            "relu" => new("relu", "Relu"),
            "relu6" => new("relu6", "Clip", 0, 6),
            "clip" => new("clip", "Clip", arguments.Real("min", 0), arguments.Real("max", 0)),
            "leakyrelu" => new("leakyrelu", "LeakyRelu", arguments.Real("slope", 0.01)),
            "sigmoid" => new("sigmoid", "Sigmoid"),
            "tanh" => new("tanh", "Tanh"),
            "silu" => new("silu", "Silu"),
            "hardswish" => new("hardswish", "HardSwish"),
            "hardsigmoid" => new("hardsigmoid", "HardSigmoid", arguments.Real("alpha", 1.0 / 6), arguments.Real("beta", 0.5)),
            "gelu" => new("gelu", arguments.Flag("tanh") ? "GeluTanh" : "Gelu"),
            "elu" => new("elu", "Elu", arguments.Real("alpha", 1)),
            "selu" => new("selu", "Selu"),
            "mish" => new("mish", "Mish"),
            "softplus" => new("softplus", "Softplus", arguments.Real("beta", 1), 20),
            // A word of the table that has no rule: OperationTableTests finds it first.
            _ => throw new InvalidOperationException($"no rule for {syntax.Name}"),
        };
        if (activation.Kind == "Clip" && !(activation.Alpha < activation.Beta))
        {
            Expected("a minimum below the maximum", Invariant($"{activation.Alpha} {activation.Beta}"));
            return null;
        }

        return new Draft(new ActivationOperation(activation), input);
    }

    private Draft? Convolution()
    {
        int channels = arguments.Integer("channels");
        Window window = Window(arguments.Size("kernel"), Extent.One);
        int groups = arguments.Flag("depthwise") ? input.Channels : arguments.Integer("groups", 1);
        if (!Divides(groups, input.Channels, "input channels") || !Divides(groups, channels, "output channels") || Slide(window, false) is not Extent size)
            return null;
        if (!Fits((long)channels * (input.Channels / groups) * window.Kernel.Height * window.Kernel.Width))
            return null;
        int[][] kernel = KernelShapes(channels, input.Channels / groups, window.Kernel);
        return new Draft(new ConvolutionOperation(window, groups), new Shape(channels, size.Height, size.Width)) { Weights = WithBias(channels, kernel) };
    }

    private Draft? TransposedConvolution()
    {
        int channels = arguments.Integer("channels");
        Extent kernel = arguments.Size("kernel"), stride = arguments.Size("stride", Extent.One), dilation = arguments.Size("dilation", Extent.One);
        Edges pad = arguments.Pad("pad"), outpad = arguments.Pad("outpad");
        var window = new Window(kernel, stride, pad, dilation);
        int groups = arguments.Flag("depthwise") ? input.Channels : arguments.Integer("groups", 1);
        if (!Divides(groups, input.Channels, "input channels") || !Divides(groups, channels, "output channels"))
            return null;
        long height = (input.Height - 1L) * stride.Height + window.Reach.Height - pad.Top - pad.Bottom + outpad.Bottom;
        long width = (input.Width - 1L) * stride.Width + window.Reach.Width - pad.Left - pad.Right + outpad.Right;
        if (height < 1 || width < 1)
            return Mismatch("an output of at least 1x1", Invariant($"{height}x{width}"));
        if (!Fits(height * width) || !Fits((long)channels / groups * input.Channels * kernel.Height * kernel.Width))
            return null;
        int[][] shapes = KernelShapes(input.Channels, channels / groups, kernel);
        return new Draft(new TransposedConvolutionOperation(window, groups), new Shape(channels, (int)height, (int)width)) { Weights = WithBias(channels, shapes) };
    }

    /// <summary>A kernel of one row or column may be stored as what it is in one dimension: Conv1d's [8, 1, 5] is [8, 1, 1, 5].</summary>
    private static int[][] KernelShapes(int first, int second, Extent kernel)
    {
        int[] shape = [first, second, kernel.Height, kernel.Width];
        return kernel.Height == 1 || kernel.Width == 1 ? [shape, [first, second, Math.Max(kernel.Height, kernel.Width)]] : [shape];
    }

    private Draft? Linear()
    {
        int channels = arguments.Integer("channels");
        if (!Fits((long)channels * input.Channels))
            return null;
        Operation operation = input.IsVector ? new LinearOperation() : new ConvolutionOperation(new Window(Extent.One, Extent.One, default, Extent.One), 1);
        return new Draft(operation, input with { Channels = channels }) { Weights = WithBias(channels, [channels, input.Channels]) };
    }

    private Draft BatchNorm()
    {
        int[] shape = [input.Channels];
        WeightBinding[] statistics = [Weight("running_mean", shape), Weight("running_var", shape)];
        WeightBinding[] affine = arguments.Flag("affine", true) ? [Weight("weight", shape), Weight("bias", shape)] : [];
        return new Draft(new AffineOperation("batchnorm"), input) { Affine = new Affine { BatchNorm = [.. affine, .. statistics], Epsilon = arguments.Real("eps", 1e-5) } };
    }

    private Draft Parameter()
    {
        int c = input.Channels;
        WeightBinding parameter = new("parameter", key, [new([c]), new([c, 1, 1]), new([1, c, 1, 1])]);
        return new Draft(new AffineOperation(syntax.Name), input) { Affine = syntax.Name == "scale" ? new Affine { Scale = parameter } : new Affine { Shift = parameter } };
    }

    private Draft LayerNorm()
    {
        int[] shape = [input.Channels];
        WeightBinding[] weights = arguments.Flag("affine", true) ? [Weight("weight", shape), Weight("bias", shape)] : [];
        return new Draft(new LayerNormOperation(arguments.Real("eps", 1e-5)), input) { Weights = weights };
    }

    private Draft? Pool()
    {
        bool maximum = syntax.Name == "maxpool";
        if (arguments.Has("global"))
            return new Draft(new AdaptivePoolOperation(maximum), input with { Height = 1, Width = 1 });
        if (arguments.Has("adaptive"))
        {
            Extent bins = arguments.Size("adaptive");
            return new Draft(new AdaptivePoolOperation(maximum), new Shape(input.Channels, bins.Height, bins.Width));
        }

        Extent kernel = arguments.Size("kernel");
        Window window = Window(kernel, kernel);
        if (Slide(window, arguments.Flag("ceil")) is not Extent size)
            return null;
        var shape = new Shape(input.Channels, size.Height, size.Width);
        return new Draft(maximum ? new MaxPoolOperation(window) : new AveragePoolOperation(window, arguments.Flag("count_include_pad", true)), shape);
    }

    private Draft? Slice()
    {
        int start = arguments.Integer("start", least: 0), count = arguments.Integer("count");
        if ((long)start + count > input.Channels)
            return Mismatch(Invariant($"at least {start + (long)count} channels"), Invariant($"{input}"));
        return new Draft(new SliceOperation(start), input with { Channels = count });
    }

    private Draft? Shuffle()
    {
        int groups = arguments.Integer("groups");
        return Divides(groups, input.Channels, "channels") ? new Draft(new ShuffleOperation(groups), input) : null;
    }

    private Draft? Pad()
    {
        // Negative: crops.
        Edges edges = arguments.Pad("pad", least: -Math.Max(input.Height, input.Width));
        bool reflect = arguments.Flag("reflect");
        int limit = Math.Min(input.Height, input.Width) - 1;
        if (reflect && Math.Max(Math.Max(edges.Top, edges.Bottom), Math.Max(edges.Left, edges.Right)) > limit)
            return Mismatch(Invariant($"a reflected pad of at most {limit}"), Invariant($"{edges} on {input}"));
        long height = (long)input.Height + edges.Top + edges.Bottom, width = (long)input.Width + edges.Left + edges.Right;
        if (height < 1 || width < 1)
            return Mismatch("an output of at least 1x1", Invariant($"{height}x{width}"));
        return Fits(height * width) ? new Draft(new PadOperation(edges, reflect), new Shape(input.Channels, (int)height, (int)width)) : null;
    }

    private Draft? Upsample()
    {
        Extent factor = arguments.Has("to") ? Extent.One : arguments.Size("factor");
        Extent size = arguments.Has("to") ? arguments.Size("to") : default;
        long height = arguments.Has("to") ? size.Height : (long)input.Height * factor.Height;
        long width = arguments.Has("to") ? size.Width : (long)input.Width * factor.Width;
        string interpolation = !arguments.Flag("bilinear") ? "Nearest" : arguments.Flag("align_corners") ? "BilinearAlignCorners" : "Bilinear";
        return Fits(height * width) ? new Draft(new UpsampleOperation(interpolation), new Shape(input.Channels, (int)height, (int)width)) : null;
    }

    private Window Window(Extent kernel, Extent defaultStride)
    {
        Extent stride = arguments.Size("stride", defaultStride), dilation = arguments.Size("dilation", Extent.One);
        var window = new Window(kernel, stride, arguments.Pad("pad"), dilation);
        if (arguments.Word("pad") != "same")
            return window;
        (int top, int bottom) = Same(input.Height, window.Reach.Height, stride.Height);
        (int left, int right) = Same(input.Width, window.Reach.Width, stride.Width);
        return window with { Pad = new Edges(top, left, bottom, right) };
    }

    /// <summary>TensorFlow's SAME: the output has ceil(size / stride) pixels, the odd pixel of padding goes to the end.</summary>
    private static (int Begin, int End) Same(int size, int reach, int stride)
    {
        long outputs = ((long)size + stride - 1) / stride;
        int total = (int)Math.Max(0, (outputs - 1) * stride + reach - size);
        return (total / 2, total - total / 2);
    }

    private Extent? Slide(Window window, bool ceil)
    {
        long height = Count(input.Height, window.Kernel.Height, window.Stride.Height, window.Dilation.Height, window.Pad.Top, window.Pad.Bottom, ceil);
        long width = Count(input.Width, window.Kernel.Width, window.Stride.Width, window.Dilation.Width, window.Pad.Left, window.Pad.Right, ceil);
        if (height >= 1 && width >= 1)
            return Fits(height * width) ? new Extent((int)height, (int)width) : null;
        Mismatch(
            Invariant($"an input that holds the window of {1 + (window.Kernel.Height - 1L) * window.Dilation.Height}x{1 + (window.Kernel.Width - 1L) * window.Dilation.Width}"),
            Invariant($"{input} with padding {window.Pad}"));
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

    private WeightBinding Weight(string role, params int[][] shapes) =>
        new(role, key.Length == 0 ? role : key + "." + role, shapes.Select(shape => shape.ToEquatableArray()).ToList());

    private IReadOnlyList<WeightBinding> WithBias(int channels, params int[][] shapes) =>
        arguments.Flag("bias", true) ? [Weight("weight", shapes), Weight("bias", [channels])] : [Weight("weight", shapes)];

    private bool Divides(int divisor, int number, string what)
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

    private bool Fits(long count)
    {
        if (count is >= 0 and <= int.MaxValue / 8)
            return true;
        problems.Add(new Problem(ProblemId.SizeOverflow, syntax.Range, syntax.Name, Invariant($"{count} values")));
        return false;
    }

    private void Expected(string expected, string found) =>
        problems.Add(new Problem(ProblemId.BadValue, syntax.Range, syntax.Name, syntax.Name, expected, found));

    private Draft? Mismatch(string expected, string found)
    {
        problems.Add(new Problem(ProblemId.ShapeMismatch, syntax.Range, syntax.Name, expected, found));
        return null;
    }
}
