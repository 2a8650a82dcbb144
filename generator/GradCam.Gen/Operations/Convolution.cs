using GradCam.Gen.Model;
using static System.FormattableString;
using static GradCam.Gen.Operations.CommonArguments;

namespace GradCam.Gen.Operations;

/// <summary>conv and convtranspose.</summary>
internal static class Convolutions
{
    public static readonly OperationWord[] Words =
    [
        new("conv", ConvolutionOperation.Rule)
        {
            Positional = [Channels, Kernel],
            Named = [Stride, Pad, Dilation, Groups, Flag("depthwise"), Bias],
            Exclusive = [("groups", "depthwise")],
        },
        new("convtranspose", TransposedConvolutionOperation.Rule)
        {
            Positional = [Channels, Kernel],
            Named = [Stride, Pad, new("outpad", ArgumentKind.Size, Minimum: 0), Dilation, Groups, Flag("depthwise"), Bias],
            Exclusive = [("groups", "depthwise")],
        },
    ];

    /// <summary>The groups that the arguments say; null where channels do not divide into them, which is reported.</summary>
    public static int? GroupsOf(LayerRule rule, int channels)
    {
        int groups = rule.Arguments.Flag("depthwise") ? rule.Input.Channels : rule.Arguments.Integer("groups", 1);
        return rule.Divides(groups, rule.Input.Channels, "input channels") && rule.Divides(groups, channels, "output channels") ? groups : null;
    }

    /// <summary>A kernel of one row or column may be stored as what it is in one dimension: Conv1d's [8, 1, 5] is [8, 1, 1, 5].</summary>
    public static int[][] KernelShapes(int first, int second, Extent kernel)
    {
        int[] shape = [first, second, kernel.Height, kernel.Width];
        return kernel.Height == 1 || kernel.Width == 1 ? [shape, [first, second, Math.Max(kernel.Height, kernel.Width)]] : [shape];
    }

    public static OnnxValue Export(
        IOnnxGraph graph, string operation, string name, Layer layer, Window window, int groups, params (string, object)[] attributes)
    {
        var inputs = new List<string> { graph.Map(layer.Input) };
        foreach (WeightBinding weight in layer.Weights)
        {
            EquatableArray<int> shape = graph.ShapeOf(weight);
            // A linear layer on a map has a matrix.
            inputs.Add(graph.Weight(weight, weight.Role == "weight" && shape.Count == 2 ? [shape[0], shape[1], 1, 1] : shape));
        }

        return OnnxValue.Map(graph.Node(operation, name, inputs, [.. window.Attributes(), ("group", groups), .. attributes]));
    }
}

internal sealed record ConvolutionOperation(Window Window, int Groups) : Operation
{
    public override string Name => "conv";

    public override string Title => Groups > 1 ? Invariant($"conv {Window} groups {Groups}") : $"conv {Window}";

    public override Fusions Takes => Fusions.Affine | Fusions.Residual | Fusions.Activation;

    public override GradientReads GradientReads => GradientReads.Nothing;

    public override int? OutputAxis => 0;

    /// <summary>True where a pixel of the output is made of one pixel of the input, channels mixed.</summary>
    public bool IsPointwise => Groups == 1 && Window.Kernel == Extent.One && Window.Pad.IsEmpty;

    public static LayerDraft? Rule(LayerRule rule)
    {
        Shape input = rule.Input;
        int channels = rule.Arguments.Integer("channels");
        Window window = rule.Window(rule.Arguments.Size("kernel"), Extent.One);
        if (Convolutions.GroupsOf(rule, channels) is not int groups || rule.Slide(window, false) is not Extent size)
            return null;
        if (!rule.Fits((long)channels * (input.Channels / groups) * window.Kernel.Height * window.Kernel.Width))
            return null;
        int[][] kernel = Convolutions.KernelShapes(channels, input.Channels / groups, window.Kernel);
        return new LayerDraft(new ConvolutionOperation(window, groups), new Shape(channels, size.Height, size.Width))
        {
            Weights = rule.WithBias(channels, kernel),
        };
    }

    public override (Edges Input, Edges OutputGradient) Halos(Extent input, Extent output) =>
        (Window.ForwardHalo(input, output), Window.BackwardHalo(input, output));

    public override GradientSums Sums(Extent input, Extent output) => IsPointwise && input == output ? GradientSums.Computed : GradientSums.Unknown;

    public override long MultiplyAccumulates(Shape input, Shape output) => output.Length * (input.Channels / Groups) * Window.Taps;

    public override string Describe(Shape output) => Window + (Groups == 1 ? "" : Invariant($", {Groups} groups"));

    public override ParameterList Parameters(LayerCode code) =>
        new("Convolution", ["Window: " + ParameterText.Window(Window), Invariant($"Groups: {Groups}"), .. code.Weighted()]) { HasId = true };

    public override IReadOnlyList<string> Forward(LayerCode code) => code.Layer.Residual is int residual
        ? [LayerCode.Call("Convolution", code.Operation, code.Input, $"residual: {code.Value(residual)}", $"output: {code.Output}")]
        : [LayerCode.Call("Convolution", code.Operation, code.Input, $"output: {code.Output}")];

    public override string Backward(GradientCode code) => code.Step.FromClassChannel
        ? code.Call("ConvolutionBackwardChannel", code.Operation, "@class")
        : code.Call("ConvolutionBackward", code.Operation);

    /// <summary>The call of convolutions that run together, or of convolutions and a max pool.</summary>
    public static string ForwardChain(IReadOnlyList<Layer> chain, Names names)
    {
        Layer last = chain[chain.Count - 1];
        bool pools = last.Operation is not ConvolutionOperation;
        string operations = string.Join(", ", chain.Take(pools ? chain.Count - 1 : chain.Count).Select(layer => names.Operation(layer.Id)));
        string input = names.Value(chain[0].Input), output = names.Value(last.Id);
        IEnumerable<Shape> maps = chain.Take(chain.Count - 1).Select(layer => layer.Shape);
        string between = string.Join(", ", maps.Select(map => Invariant($"new({map.Channels}, {map.Height}, {map.Width})")));
        if (pools)
            return $"backend.ConvolutionChain([{operations}], between: [{between}], maxPool: {names.Operation(last.Id)}, {input}, {output})";
        string residual = last.Residual is int id ? names.Value(id) : "default";
        return $"backend.ConvolutionChain([{operations}], between: [{between}], {input}, residual: {residual}, output: {output})";
    }

    public override OnnxValue Export(IOnnxGraph graph, Layer layer, string name) => Convolutions.Export(graph, "Conv", name, layer, Window, Groups);
}

/// <summary>A transposed convolution, with the window of the convolution whose gradient it is.</summary>
internal sealed record TransposedConvolutionOperation(Window Window, int Groups) : Operation
{
    public override string Name => "convtranspose";

    public override string Title => $"convtranspose {Window}";

    public override Fusions Takes => Fusions.Affine | Fusions.Activation;

    public override GradientReads GradientReads => GradientReads.Nothing;

    public override int? OutputAxis => 1;

    public static LayerDraft? Rule(LayerRule rule)
    {
        Shape input = rule.Input;
        Arguments arguments = rule.Arguments;
        int channels = arguments.Integer("channels");
        Extent kernel = arguments.Size("kernel"), stride = arguments.Size("stride", Extent.One), dilation = arguments.Size("dilation", Extent.One);
        Edges pad = arguments.Pad("pad"), outpad = arguments.Pad("outpad");
        var window = new Window(kernel, stride, pad, dilation);
        if (Convolutions.GroupsOf(rule, channels) is not int groups)
            return null;
        long height = (input.Height - 1L) * stride.Height + window.Reach.Height - pad.Top - pad.Bottom + outpad.Bottom;
        long width = (input.Width - 1L) * stride.Width + window.Reach.Width - pad.Left - pad.Right + outpad.Right;
        if (height < 1 || width < 1)
            return rule.Mismatch("an output of at least 1x1", Invariant($"{height}x{width}"));
        if (!rule.Fits(height * width) || !rule.Fits((long)channels / groups * input.Channels * kernel.Height * kernel.Width))
            return null;
        int[][] shapes = Convolutions.KernelShapes(input.Channels, channels / groups, kernel);
        return new LayerDraft(new TransposedConvolutionOperation(window, groups), new Shape(channels, (int)height, (int)width))
        {
            Weights = rule.WithBias(channels, shapes),
        };
    }

    public override (Edges Input, Edges OutputGradient) Halos(Extent input, Extent output) =>
        (Window.BackwardHalo(output, input), Window.ForwardHalo(output, input));

    public override long MultiplyAccumulates(Shape input, Shape output) => input.Length * (output.Channels / Groups) * Window.Taps;

    public override string Describe(Shape output) => "transposed " + Window;

    public override ParameterList Parameters(LayerCode code) =>
        new("TransposedConvolution", ["Window: " + ParameterText.Window(Window), Invariant($"Groups: {Groups}"), .. code.Weighted()]) { HasId = true };

    public override IReadOnlyList<string> Forward(LayerCode code) => [LayerCode.Call("TransposedConvolution", code.Operation, code.Input, code.Output)];

    public override string Backward(GradientCode code) => code.Call("TransposedConvolutionBackward", code.Operation);

    public override OnnxValue Export(IOnnxGraph graph, Layer layer, string name)
    {
        Extent input = graph.ShapeOf(layer.Input).Size;
        int[] outputPad =
        [
            layer.Shape.Height - ((input.Height - 1) * Window.Stride.Height + Window.Reach.Height - Window.Pad.Top - Window.Pad.Bottom),
            layer.Shape.Width - ((input.Width - 1) * Window.Stride.Width + Window.Reach.Width - Window.Pad.Left - Window.Pad.Right),
        ];
        return Convolutions.Export(graph, "ConvTranspose", name, layer, Window, Groups, ("output_padding", outputPad));
    }
}
