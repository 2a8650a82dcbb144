using GradCam.Gen.Model;
using static System.FormattableString;
using static GradCam.Gen.Operations.CommonArguments;

namespace GradCam.Gen.Operations;

/// <summary>maxpool and avgpool: over windows, over bins, over the whole map.</summary>
internal static class Pools
{
    private static readonly string[] WholeMaps = ["global", "adaptive"];

    public static readonly OperationWord[] Words =
    [
        Word("maxpool", MaxPoolOperation.Rule, Dilation, Flag("ceil")),
        Word("avgpool", AveragePoolOperation.Rule, Flag("ceil"), new ArgumentInfo("count_include_pad", ArgumentKind.Switch)),
    ];

    private static OperationWord Word(string name, Func<LayerRule, LayerDraft?> rule, params ArgumentInfo[] own)
    {
        string[] windowed = ["kernel", "stride", "pad", .. own.Select(argument => argument.Name)];
        return new OperationWord(name, rule)
        {
            Positional = [Required(new("kernel", ArgumentKind.Size), WholeMaps)],
            Named = [Flag("global"), new("adaptive", ArgumentKind.Size), Stride, Pad, .. own],
            Exclusive = [("global", "adaptive"), .. from whole in WholeMaps from window in windowed select (whole, window)],
        };
    }

    /// <summary>A pool over windows, or what else the arguments ask for.</summary>
    public static LayerDraft? Rule(LayerRule rule, bool maximum, Func<Window, Operation> overWindows)
    {
        Shape input = rule.Input;
        if (rule.Arguments.Has("global"))
            return new LayerDraft(new AdaptivePoolOperation(maximum), input with { Height = 1, Width = 1 });
        if (rule.Arguments.Has("adaptive"))
        {
            Extent bins = rule.Arguments.Size("adaptive");
            return new LayerDraft(new AdaptivePoolOperation(maximum), new Shape(input.Channels, bins.Height, bins.Width));
        }

        Extent kernel = rule.Arguments.Size("kernel");
        Window window = rule.Window(kernel, kernel);
        return rule.Slide(window, rule.Arguments.Flag("ceil")) is Extent size
            ? new LayerDraft(overWindows(window), new Shape(input.Channels, size.Height, size.Width))
            : null;
    }

    /// <summary>The window with as much padding at the end as its last position needs: ceil mode without ceil_mode, about which runtimes disagree.</summary>
    public static Window Covering(this Window window, Shape input, Shape output)
    {
        Edges pad = window.Pad;
        int Missing(int size, int outputs, int stride, int reach, int before, int after) => Math.Max(after, (outputs - 1) * stride + reach - before - size);
        return window with
        {
            Pad = new Edges(
                pad.Top,
                pad.Left,
                Missing(input.Height, output.Height, window.Stride.Height, window.Reach.Height, pad.Top, pad.Bottom),
                Missing(input.Width, output.Width, window.Stride.Width, window.Reach.Width, pad.Left, pad.Right)),
        };
    }

    /// <summary>Runtimes take a padding smaller than the kernel only.</summary>
    public static bool HasSmallPad(this Window window) =>
        Math.Max(window.Pad.Top, window.Pad.Bottom) < window.Kernel.Height && Math.Max(window.Pad.Left, window.Pad.Right) < window.Kernel.Width;
}

internal sealed record MaxPoolOperation(Window Window) : Operation
{
    public override string Name => "maxpool";

    public override string Title => $"maxpool {Window}";

    public override GradientReads GradientReads => GradientReads.Inputs;

    public override bool KeepsChannelsApart => true;

    public override bool PicksValues => true;

    public override bool IsPool => true;

    public static LayerDraft? Rule(LayerRule rule) => Pools.Rule(rule, maximum: true, window => new MaxPoolOperation(window));

    public override (Edges Input, Edges OutputGradient) Halos(Extent input, Extent output) => default;

    public override GradientSums Sums(Extent input, Extent output) =>
        Window.KeepsSums(input, output, countPadding: false) ? GradientSums.Same : GradientSums.Unknown;

    public override long MultiplyAccumulates(Shape input, Shape output) => 0;

    public override string Describe(Shape output) => "maximum over " + Window;

    public override ParameterList Parameters(LayerCode code) => new("Window", ParameterText.WindowArguments(Window));

    public override IReadOnlyList<string> Forward(LayerCode code) => [LayerCode.Call("MaxPool", code.Operation, code.Input, code.Output)];

    public override string Backward(GradientCode code) => code.Call("MaxPoolBackward", code.Operation, code.Input);

    /// <summary>A large padding is written out, with the smallest number.</summary>
    public override OnnxValue Export(IOnnxGraph graph, Layer layer, string name)
    {
        Window covering = Window.Covering(graph.ShapeOf(layer.Input), layer.Shape);
        string source = graph.Map(layer.Input);
        if (!covering.HasSmallPad())
        {
            string smallest = graph.Constant(name + ".smallest", [], float.MinValue);
            string padded = graph.Unique(name + ".padded");
            source = graph.Node("Pad", padded, [source, graph.PadAmounts(name, covering.Pad), smallest]);
            covering = covering with { Pad = default };
        }

        return OnnxValue.Map(graph.Node("MaxPool", name, [source], covering.Attributes()));
    }
}

internal sealed record AveragePoolOperation(Window Window, bool CountPadding) : Operation
{
    public override string Name => "avgpool";

    public override string Title => $"avgpool {Window}";

    public override GradientReads GradientReads => GradientReads.Nothing;

    public override bool KeepsChannelsApart => true;

    public override bool IsPool => true;

    public static LayerDraft? Rule(LayerRule rule) =>
        Pools.Rule(rule, maximum: false, window => new AveragePoolOperation(window, rule.Arguments.Flag("count_include_pad", true)));

    public override (Edges Input, Edges OutputGradient) Halos(Extent input, Extent output) => default;

    public override GradientSums Sums(Extent input, Extent output) =>
        Window.KeepsSums(input, output, CountPadding) ? GradientSums.Same : GradientSums.Unknown;

    public override long MultiplyAccumulates(Shape input, Shape output) => 0;

    public override string Describe(Shape output) => "mean over " + Window;

    public override ParameterList Parameters(LayerCode code) =>
        new("AveragePool", ["Window: " + ParameterText.Window(Window), $"CountPadding: {ParameterText.Bool(CountPadding)}"]);

    public override IReadOnlyList<string> Forward(LayerCode code) => [LayerCode.Call("AveragePool", code.Operation, code.Input, code.Output)];

    public override string Backward(GradientCode code) => code.Call("AveragePoolBackward", code.Operation);

    public override OnnxValue Export(IOnnxGraph graph, Layer layer, string name)
    {
        Window covering = Window.Covering(graph.ShapeOf(layer.Input), layer.Shape);
        string source = graph.Map(layer.Input);
        bool include = CountPadding;
        if (include && (covering.Pad != Window.Pad || !covering.HasSmallPad()))
        {
            // The padding counts, what ceil mode reads beyond it does not: zeros for the one, padding that is not counted for the other.
            Edges pad = Window.Pad;
            if (!pad.IsEmpty)
            {
                string padded = graph.Unique(name + ".padded");
                source = graph.Node("Pad", padded, [source, graph.PadAmounts(name, pad)]);
            }

            covering = covering with { Pad = new Edges(0, 0, covering.Pad.Bottom - pad.Bottom, covering.Pad.Right - pad.Right) };
            include = false;
        }

        if (!covering.HasSmallPad())
            throw graph.Unsupported($"{layer.Name}: an average over windows that lie wholly in the padding");
        return OnnxValue.Map(graph.Node(
            "AveragePool",
            name,
            [source],
            ("kernel_shape", covering.Kernel.Both()),
            ("strides", covering.Stride.Both()),
            ("pads", covering.Pad.Pads()),
            ("count_include_pad", include ? 1 : 0)));
    }
}

/// <summary>Pooling to the size of the layer's output; global where that is 1x1.</summary>
internal sealed record AdaptivePoolOperation(bool Maximum) : Operation
{
    public override string Name => Maximum ? "maxpool" : "avgpool";

    public override GradientReads GradientReads => Maximum ? GradientReads.Inputs : GradientReads.Nothing;

    public override bool KeepsChannelsApart => true;

    public override bool PicksValues => Maximum;

    public override bool IsIdentityOnVectors => true;

    public override bool IsPool => true;

    public override (Edges Input, Edges OutputGradient) Halos(Extent input, Extent output) => default;

    public override GradientSums Sums(Extent input, Extent output) => GradientSums.Same;

    public override long MultiplyAccumulates(Shape input, Shape output) => 0;

    public override string Describe(Shape output) => (Maximum ? "maximum" : "mean") + (output.IsVector ? " over all pixels" : " over bins");

    public override ParameterList? Parameters(LayerCode code) => null;

    public override IReadOnlyList<string> Forward(LayerCode code) =>
        [LayerCode.Call(Maximum ? "AdaptiveMaxPool" : "AdaptiveAveragePool", code.Input, code.Output)];

    public override string Backward(GradientCode code) =>
        Maximum ? code.Call("AdaptiveMaxPoolBackward", code.Input) : code.Call("AdaptiveAveragePoolBackward");

    /// <summary>ONNX has global pooling only. Bins of other sizes are pooled first along the rows, then along the columns.</summary>
    public override OnnxValue Export(IOnnxGraph graph, Layer layer, string name)
    {
        Shape input = graph.ShapeOf(layer.Input);
        string source = graph.Map(layer.Input);
        if (layer.Shape.IsVector)
            return OnnxValue.Map(graph.Node(Maximum ? "GlobalMaxPool" : "GlobalAveragePool", name, [source]));
        string rows = Bins(graph, source, input.Height, layer.Shape.Height, 2, name, graph.Unique(name + ".rows"));
        return OnnxValue.Map(Bins(graph, rows, input.Width, layer.Shape.Width, 3, name, name));
    }

    private string Bins(IOnnxGraph graph, string source, int size, int bins, int axis, string owner, string output)
    {
        var parts = new List<string>();
        for (int i = 0; i < bins; i++)
        {
            // Bin i covers floor(i size / bins) to ceil((i + 1) size / bins).
            long start = (long)i * size / bins, end = ((i + 1L) * size + bins - 1) / bins;
            string[] bounds = graph.SliceBounds(owner, start, end, axis);
            string part = graph.Step(owner, Invariant($"bin.{axis}.{i}"), "Slice", [source, .. bounds]);
            int[] axes = [axis];
            parts.Add(graph.Step(owner, Invariant($"pooled.{axis}.{i}"), Maximum ? "ReduceMax" : "ReduceMean", [part], ("axes", axes), ("keepdims", 1)));
        }

        return graph.Node("Concat", output, parts, ("axis", axis));
    }
}
