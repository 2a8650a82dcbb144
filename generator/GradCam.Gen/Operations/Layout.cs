using GradCam.Gen.Model;
using static System.FormattableString;
using static GradCam.Gen.Operations.CommonArguments;

namespace GradCam.Gen.Operations;

/// <summary>What moves, repeats or leaves out values, and what hands one on.</summary>
internal static class Layouts
{
    public static readonly OperationWord[] Words =
    [
        new("flatten", rule => new LayerDraft(new FlattenOperation(), new Shape((int)Math.Min(rule.Input.Length, int.MaxValue), 1, 1))),
        new("dropout", _ => LayerDraft.Operand) { Positional = [new(new("rate", ArgumentKind.Real), Optional: true, default)] },
        new("identity", _ => LayerDraft.Operand),
        new("from", _ => LayerDraft.Operand) { Operands = OperandKind.Value },
        new("slice", SliceOperation.Rule)
        {
            Positional = [Required(new("start", ArgumentKind.Integer, Minimum: 0)), Required(new("count", ArgumentKind.Integer))],
        },
        new("shuffle", ShuffleOperation.Rule) { Positional = [Required(Groups)] },
        new("pad", PadOperation.Rule) { Positional = [Required(new("pad", ArgumentKind.Padding, Minimum: int.MinValue))], Named = [Flag("reflect")] },
        new("upsample", UpsampleOperation.Rule)
        {
            Positional = [Required(new("factor", ArgumentKind.Size), "to")],
            Named = [new("to", ArgumentKind.Size), Flag("nearest"), Flag("bilinear"), Flag("align_corners")],
            Exclusive = [("factor", "to"), ("nearest", "bilinear"), ("nearest", "align_corners")],
        },
    ];
}

/// <summary>The network's input. No word makes it.</summary>
internal sealed record InputOperation : Operation
{
    public override string Name => "input";

    public override Placement Placement => Placement.Given;

    public override GradientReads GradientReads => GradientReads.Nothing;

    public override (Edges Input, Edges OutputGradient) Halos(Extent input, Extent output) => default;

    public override long MultiplyAccumulates(Shape input, Shape output) => 0;

    public override ParameterList? Parameters(LayerCode code) => null;

    public override IReadOnlyList<string> Forward(LayerCode code) => [];

    public override string Backward(GradientCode code) => throw new InvalidOperationException("an input has no operand");

    public override OnnxValue Export(IOnnxGraph graph, Layer layer, string name) => OnnxValue.Map(name);
}

/// <summary>A map as a vector: channels, rows, columns.</summary>
internal sealed record FlattenOperation : Operation
{
    public override string Name => "flatten";

    public override GradientReads GradientReads => GradientReads.Nothing;

    public override bool PicksValues => true;

    public override bool IsIdentityOnVectors => true;

    public override (Edges Input, Edges OutputGradient) Halos(Extent input, Extent output) => default;

    public override long MultiplyAccumulates(Shape input, Shape output) => 0;

    public override ParameterList? Parameters(LayerCode code) => null;

    public override IReadOnlyList<string> Forward(LayerCode code) => [LayerCode.Call("Flatten", code.Input, code.Output)];

    public override string Backward(GradientCode code) => code.Call("FlattenBackward");

    public override OnnxValue Export(IOnnxGraph graph, Layer layer, string name) =>
        OnnxValue.Row(graph.Node("Flatten", name, [graph.Map(layer.Input)], ("axis", 1)));
}

/// <summary>Some of the channels.</summary>
/// <param name="Start">The first.</param>
internal sealed record SliceOperation(int Start) : Operation
{
    public override string Name => "slice";

    public override Placement Placement => Placement.InOperand;

    public override int FirstChannel => Start;

    public override GradientReads GradientReads => GradientReads.Nothing;

    public override GradientFlow Flow => GradientFlow.Added;

    public override bool PicksValues => true;

    public static LayerDraft? Rule(LayerRule rule)
    {
        int start = rule.Arguments.Integer("start", least: 0), count = rule.Arguments.Integer("count");
        if ((long)start + count > rule.Input.Channels)
            return rule.Mismatch(Invariant($"at least {start + (long)count} channels"), Invariant($"{rule.Input}"));
        return new LayerDraft(new SliceOperation(start), rule.Input with { Channels = count });
    }

    public override (Edges Input, Edges OutputGradient) Halos(Extent input, Extent output) => default;

    public override long MultiplyAccumulates(Shape input, Shape output) => 0;

    public override ParameterList? Parameters(LayerCode code) => null;

    public override IReadOnlyList<string> Forward(LayerCode code) => [];

    public override string Backward(GradientCode code) => code.Pass();

    public override OnnxValue Export(IOnnxGraph graph, Layer layer, string name)
    {
        string[] bounds = graph.SliceBounds(name, Start, Start + layer.Shape.Channels, axis: 1);
        return OnnxValue.Map(graph.Node("Slice", name, [graph.Map(layer.Input), .. bounds]));
    }
}

/// <summary>Channel shuffle (Zhang et al. 2018).</summary>
internal sealed record ShuffleOperation(int Groups) : Operation
{
    public override string Name => "shuffle";

    public override GradientReads GradientReads => GradientReads.Nothing;

    public override bool PicksValues => true;

    public static LayerDraft? Rule(LayerRule rule)
    {
        int groups = rule.Arguments.Integer("groups");
        return rule.Divides(groups, rule.Input.Channels, "channels") ? rule.Keep(new ShuffleOperation(groups)) : null;
    }

    public override (Edges Input, Edges OutputGradient) Halos(Extent input, Extent output) => default;

    public override long MultiplyAccumulates(Shape input, Shape output) => 0;

    public override ParameterList? Parameters(LayerCode code) => null;

    public override IReadOnlyList<string> Forward(LayerCode code) =>
        [LayerCode.Call("ChannelShuffle", Invariant($"groups: {Groups}"), code.Input, code.Output)];

    public override string Backward(GradientCode code) => code.Call("ChannelShuffleBackward", Invariant($"groups: {Groups}"));

    public override OnnxValue Export(IOnnxGraph graph, Layer layer, string name)
    {
        Shape shape = layer.Shape;
        int[] swap = [0, 2, 1, 3, 4];
        string grouped = graph.Integers(name + ".grouped.shape", 1, Groups, shape.Channels / Groups, shape.Height, shape.Width);
        string split = graph.Step(name, "grouped", "Reshape", [graph.Map(layer.Input), grouped]);
        string swapped = graph.Step(name, "swapped", "Transpose", [split], ("perm", swap));
        return OnnxValue.Map(graph.Node("Reshape", name, [swapped, graph.Integers(name + ".shape", shape.Sizes())]));
    }
}

/// <summary>More pixels around a map, or fewer.</summary>
internal sealed record PadOperation(Edges Edges, bool Reflect) : Operation
{
    public override string Name => "pad";

    public override GradientReads GradientReads => GradientReads.Nothing;

    public static LayerDraft? Rule(LayerRule rule)
    {
        Shape input = rule.Input;
        // Negative: crops.
        Edges edges = rule.Arguments.Pad("pad", least: -Math.Max(input.Height, input.Width));
        bool reflect = rule.Arguments.Flag("reflect");
        int limit = Math.Min(input.Height, input.Width) - 1;
        if (reflect && Math.Max(Math.Max(edges.Top, edges.Bottom), Math.Max(edges.Left, edges.Right)) > limit)
            return rule.Mismatch(Invariant($"a reflected pad of at most {limit}"), Invariant($"{edges} on {input}"));
        long height = (long)input.Height + edges.Top + edges.Bottom, width = (long)input.Width + edges.Left + edges.Right;
        if (height < 1 || width < 1)
            return rule.Mismatch("an output of at least 1x1", Invariant($"{height}x{width}"));
        return rule.Fits(height * width) ? new LayerDraft(new PadOperation(edges, reflect), new Shape(input.Channels, (int)height, (int)width)) : null;
    }

    public override (Edges Input, Edges OutputGradient) Halos(Extent input, Extent output) => default;

    public override long MultiplyAccumulates(Shape input, Shape output) => 0;

    public override ParameterList Parameters(LayerCode code) => new("Edges", ParameterText.EdgeArguments(Edges));

    public override IReadOnlyList<string> Forward(LayerCode code) =>
        [LayerCode.Call("Pad", code.Operation, $"reflect: {ParameterText.Bool(Reflect)}", code.Input, code.Output)];

    public override string Backward(GradientCode code) => code.Call("PadBackward", code.Operation, $"reflect: {ParameterText.Bool(Reflect)}");

    public override OnnxValue Export(IOnnxGraph graph, Layer layer, string name)
    {
        string amounts = graph.PadAmounts(name, Edges);
        return OnnxValue.Map(graph.Node("Pad", name, [graph.Map(layer.Input), amounts], ("mode", Reflect ? "reflect" : "constant")));
    }
}

/// <summary>Resizing to the layer's output size.</summary>
/// <param name="Interpolation">A member of the runtime's enum.</param>
internal sealed record UpsampleOperation(string Interpolation) : Operation
{
    private const string Nearest = "Nearest", Bilinear = "Bilinear", AlignCorners = "BilinearAlignCorners";

    public override string Name => "upsample";

    public override GradientReads GradientReads => GradientReads.Nothing;

    private string Code => $"global::GradCam.Contract.Interpolation.{Interpolation}";

    public static LayerDraft? Rule(LayerRule rule)
    {
        Shape input = rule.Input;
        Arguments arguments = rule.Arguments;
        Extent factor = arguments.Has("to") ? Extent.One : arguments.Size("factor");
        Extent size = arguments.Has("to") ? arguments.Size("to") : default;
        long height = arguments.Has("to") ? size.Height : (long)input.Height * factor.Height;
        long width = arguments.Has("to") ? size.Width : (long)input.Width * factor.Width;
        string interpolation = !arguments.Flag("bilinear") ? Nearest : arguments.Flag("align_corners") ? AlignCorners : Bilinear;
        return rule.Fits(height * width) ? new LayerDraft(new UpsampleOperation(interpolation), new Shape(input.Channels, (int)height, (int)width)) : null;
    }

    public override (Edges Input, Edges OutputGradient) Halos(Extent input, Extent output) => default;

    public override long MultiplyAccumulates(Shape input, Shape output) => 0;

    public override ParameterList? Parameters(LayerCode code) => null;

    public override IReadOnlyList<string> Forward(LayerCode code) => [LayerCode.Call("Upsample", Code, code.Input, code.Output)];

    public override string Backward(GradientCode code) => code.Call("UpsampleBackward", Code);

    public override OnnxValue Export(IOnnxGraph graph, Layer layer, string name)
    {
        Shape input = graph.ShapeOf(layer.Input);
        if (Interpolation == Nearest && (layer.Shape.Height % input.Height != 0 || layer.Shape.Width % input.Width != 0))
        {
            // Where y * in / out is whole, runtimes that divide by the rounded scale take the pixel before: so the pixels are named.
            long[] rows = Sources(input.Height, layer.Shape.Height), columns = Sources(input.Width, layer.Shape.Width);
            string picked = graph.Unique(name + ".rows");
            graph.Node("Gather", picked, [graph.Map(layer.Input), graph.Integers(name + ".row", rows)], ("axis", 2));
            return OnnxValue.Map(graph.Node("Gather", name, [picked, graph.Integers(name + ".column", columns)], ("axis", 3)));
        }

        string[] inputs = [graph.Map(layer.Input), "", "", graph.Integers(name + ".sizes", layer.Shape.Sizes())];
        (string, object)[] attributes = Interpolation switch
        {
            Nearest => [("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor")],
            Bilinear => [("mode", "linear"), ("coordinate_transformation_mode", "half_pixel")],
            _ => [("mode", "linear"), ("coordinate_transformation_mode", "align_corners")],
        };
        return OnnxValue.Map(graph.Node("Resize", name, inputs, attributes));
    }

    private static long[] Sources(int size, int outputs) => [.. Enumerable.Range(0, outputs).Select(y => (long)y * size / outputs)];
}
