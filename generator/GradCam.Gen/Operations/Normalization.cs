using GradCam.Gen.Model;
using static System.FormattableString;
using static GradCam.Gen.Operations.CommonArguments;

namespace GradCam.Gen.Operations;

/// <summary>Batch norms and other factors and summands per channel, norms over an image's own values, softmax.</summary>
internal static class Normalizations
{
    public static readonly OperationWord[] Words =
    [
        new("batchnorm", AffineOperation.BatchNorm) { Named = [Epsilon, AffineSwitch] },
        new("scale", rule => rule.Keep(new AffineOperation("scale")) with { Affine = new Affine { Scale = rule.Parameter() } }),
        new("shift", rule => rule.Keep(new AffineOperation("shift")) with { Affine = new Affine { Shift = rule.Parameter() } }),
        new("layernorm", rule => rule.Keep(new LayerNormOperation(rule.Arguments.Real("eps", 1e-5))) with { Weights = rule.AffineWeights() })
        {
            Named = [Epsilon, AffineSwitch],
        },
        new("groupnorm", GroupNormOperation.Rule) { Positional = [Required(Groups)], Named = [Epsilon, AffineSwitch] },
        new("instancenorm", rule => GroupNormOperation.Of(rule, rule.Input.Channels)) { Named = [Epsilon, AffineSwitch] },
        new("lrn", LocalResponseNormOperation.Rule)
        {
            Positional = [Required(new("size", ArgumentKind.Integer))],
            Named = [Alpha, Beta, new("k", ArgumentKind.Real)],
        },
        new("softmax", rule => rule.Keep(new SoftmaxOperation())),
    ];
}

/// <summary>A per-channel affine: batchnorm, scale or shift, which one says <see cref="Name"/>. The numbers are in <see cref="Layer.Affine"/>.</summary>
internal sealed record AffineOperation(string Word) : Operation
{
    /// <summary>A batch norm's tensors, in the order in which a layer reads them.</summary>
    public static readonly IReadOnlyList<string> BatchNormRoles = ["weight", "bias", "running_mean", "running_var"];

    public override string Name => Word;

    public override bool RunsInPlace => true;

    public override Fusions Takes => Fusions.Affine | Fusions.Activation;

    public override GradientReads GradientReads => GradientReads.Nothing;

    public override GradientFlow Flow => GradientFlow.ComputedInPlace;

    public static LayerDraft BatchNorm(LayerRule rule)
    {
        int[] shape = [rule.Input.Channels];
        WeightBinding[] statistics = [rule.Weight("running_mean", shape), rule.Weight("running_var", shape)];
        var affine = new Affine { BatchNorm = [.. rule.AffineWeights(), .. statistics], Epsilon = rule.Arguments.Real("eps", 1e-5) };
        return rule.Keep(new AffineOperation("batchnorm")) with { Affine = affine };
    }

    public override (Edges Input, Edges OutputGradient) Halos(Extent input, Extent output) => default;

    public override GradientSums Sums(Extent input, Extent output) => GradientSums.Computed;

    public override long MultiplyAccumulates(Shape input, Shape output) => 0;

    public override ParameterList Parameters(LayerCode code) => new("ChannelAffine", [.. code.Weighted()]) { HasId = true };

    public override IReadOnlyList<string> Forward(LayerCode code) => [LayerCode.Call("Affine", code.Operation, code.Input, code.Output)];

    public override string Backward(GradientCode code) => code.Call("AffineBackward", code.Operation);

    public override OnnxValue Export(IOnnxGraph graph, Layer layer, string name)
    {
        Affine affine = layer.Affine!;
        if (affine.BatchNorm is not { } norm)
        {
            string parameter = graph.OverPixels(affine.Scale ?? affine.Shift!);
            return OnnxValue.Map(graph.Node(affine.Scale is null ? "Add" : "Mul", name, [graph.Map(layer.Input), parameter]));
        }

        int channels = layer.Shape.Channels;
        string Role(string role, float whenAbsent) => norm.FirstOrDefault(weight => weight.Role == role) is { } weight
            ? graph.Weight(weight, [channels])
            : graph.PerChannel(name, role, channels, whenAbsent);
        string[] inputs = [graph.Map(layer.Input), Role("weight", 1), Role("bias", 0), Role("running_mean", 0), Role("running_var", 1)];
        return OnnxValue.Map(graph.Node("BatchNormalization", name, inputs, ("epsilon", (float)affine.Epsilon)));
    }
}

/// <summary>Each pixel's channels with mean 0 and variance 1.</summary>
internal sealed record LayerNormOperation(double Epsilon) : Operation
{
    public override string Name => "layernorm";

    public override GradientReads GradientReads => GradientReads.Inputs;

    public override (Edges Input, Edges OutputGradient) Halos(Extent input, Extent output) => default;

    public override long MultiplyAccumulates(Shape input, Shape output) => 0;

    public override ParameterList Parameters(LayerCode code) =>
        new("LayerNorm", [code.Weight("Weight", "weight"), code.Weight("Bias", "bias"), $"Epsilon: {SourceWriter.Double(Epsilon)}"]) { HasId = true };

    public override IReadOnlyList<string> Forward(LayerCode code) => [LayerCode.Call("LayerNorm", code.Operation, code.Input, code.Output)];

    public override string Backward(GradientCode code) => code.Call("LayerNormBackward", code.Operation, code.Input);

    /// <summary>ONNX normalises over the last dimensions: a map's channels go there and back.</summary>
    public override OnnxValue Export(IOnnxGraph graph, Layer layer, string name)
    {
        int channels = layer.Shape.Channels;
        string[] weights = layer.Weights.Count > 0
            ? [.. layer.Weights.Select(weight => graph.Weight(weight, [channels]))]
            : [graph.PerChannel(name, "weight", channels, 1)];
        (string, object)[] attributes = [("axis", -1), ("epsilon", (float)Epsilon)];
        if (layer.Shape.IsVector)
            return OnnxValue.Row(graph.Node("LayerNormalization", name, [graph.Row(layer.Input), .. weights], attributes));
        int[] toLast = [0, 2, 3, 1], back = [0, 3, 1, 2];
        string last = graph.Step(name, "last", "Transpose", [graph.Map(layer.Input)], ("perm", toLast));
        string normalised = graph.Step(name, "normalised", "LayerNormalization", [last, .. weights], attributes);
        return OnnxValue.Map(graph.Node("Transpose", name, [normalised], ("perm", back)));
    }
}

/// <summary>Each group of channels with mean 0 and variance 1 over all its pixels; of as many groups as channels, instance norm.</summary>
internal sealed record GroupNormOperation(int Groups, double Epsilon) : Operation
{
    public override string Name => "groupnorm";

    public override string Title => Invariant($"groupnorm {Groups}");

    public override GradientReads GradientReads => GradientReads.Inputs;

    public static LayerDraft? Rule(LayerRule rule)
    {
        int groups = rule.Arguments.Integer("groups");
        return rule.Divides(groups, rule.Input.Channels, "channels") ? Of(rule, groups) : null;
    }

    public static LayerDraft Of(LayerRule rule, int groups) =>
        rule.Keep(new GroupNormOperation(groups, rule.Arguments.Real("eps", 1e-5))) with { Weights = rule.AffineWeights() };

    public override (Edges Input, Edges OutputGradient) Halos(Extent input, Extent output) => default;

    public override long MultiplyAccumulates(Shape input, Shape output) => 0;

    public override string Describe(Shape output) => Invariant($"normalised in {Groups} groups");

    public override ParameterList Parameters(LayerCode code)
    {
        string[] weights = [code.Weight("Weight", "weight"), code.Weight("Bias", "bias")];
        return new("GroupNorm", [Invariant($"Groups: {Groups}"), .. weights, $"Epsilon: {SourceWriter.Double(Epsilon)}"]) { HasId = true };
    }

    public override IReadOnlyList<string> Forward(LayerCode code) => [LayerCode.Call("GroupNorm", code.Operation, code.Input, code.Output)];

    public override string Backward(GradientCode code) => code.Call("GroupNormBackward", code.Operation, code.Input);

    /// <summary>As PyTorch has it before opset 18: groups are the channels of a line that is normalised, then a factor and a summand a channel.</summary>
    public override OnnxValue Export(IOnnxGraph graph, Layer layer, string name)
    {
        string source = graph.Map(layer.Input);
        int channels = layer.Shape.Channels;
        if (Groups == channels)
        {
            string[] weights = layer.Weights.Count > 0
                ? [.. layer.Weights.Select(weight => graph.Weight(weight, [channels]))]
                : [graph.PerChannel(name, "weight", channels, 1), graph.PerChannel(name, "bias", channels, 0)];
            return OnnxValue.Map(graph.Node("InstanceNormalization", name, [source, .. weights], ("epsilon", (float)Epsilon)));
        }

        string lines = graph.Step(name, "lines", "Reshape", [source, graph.Integers(name + ".lines.shape", 1, Groups, layer.Shape.Length / Groups)]);
        string[] ones = [graph.PerChannel(name, "ones", Groups, 1), graph.PerChannel(name, "zeros", Groups, 0)];
        string normalised = graph.Step(name, "normalised", "InstanceNormalization", [lines, .. ones], ("epsilon", (float)Epsilon));
        string shape = graph.Integers(name + ".shape", layer.Shape.Sizes());
        if (layer.Weights.Count == 0)
            return OnnxValue.Map(graph.Node("Reshape", name, [normalised, shape]));
        string map = graph.Step(name, "map", "Reshape", [normalised, shape]);
        string scaled = graph.Step(name, "scaled", "Mul", [map, graph.OverPixels(layer.Weights[0])]);
        return OnnxValue.Map(graph.Node("Add", name, [scaled, graph.OverPixels(layer.Weights[1])]));
    }
}

internal sealed record LocalResponseNormOperation(int Size, double Alpha, double Beta, double K) : Operation
{
    public override string Name => "lrn";

    public override GradientReads GradientReads => GradientReads.Inputs;

    public static LayerDraft Rule(LayerRule rule)
    {
        Arguments arguments = rule.Arguments;
        return rule.Keep(new LocalResponseNormOperation(
            arguments.Integer("size"), arguments.Real("alpha", 1e-4), arguments.Real("beta", 0.75), arguments.Real("k", 1)));
    }

    public override (Edges Input, Edges OutputGradient) Halos(Extent input, Extent output) => default;

    public override long MultiplyAccumulates(Shape input, Shape output) => 0;

    public override ParameterList Parameters(LayerCode code) => new("LocalResponseNorm",
    [
        Invariant($"Size: {Size}"), $"Alpha: {SourceWriter.Float(Alpha)}", $"Beta: {SourceWriter.Float(Beta)}", $"Bias: {SourceWriter.Float(K)}",
    ]);

    public override IReadOnlyList<string> Forward(LayerCode code) => [LayerCode.Call("LocalResponseNorm", code.Operation, code.Input, code.Output)];

    public override string Backward(GradientCode code) => code.Call("LocalResponseNormBackward", code.Operation, code.Input);

    public override OnnxValue Export(IOnnxGraph graph, Layer layer, string name)
    {
        if (Size % 2 == 0)
            return ExportEven(graph, layer, name);
        return OnnxValue.Map(graph.Node(
            "LRN", name, [graph.Map(layer.Input)], ("size", Size), ("alpha", (float)Alpha), ("beta", (float)Beta), ("bias", (float)K)));
    }

    /// <summary>
    /// ONNX has odd neighbourhoods only: the mean of the squares of channels c - size / 2 … c + (size - 1) / 2 as pooling of a [1, 1, C, H W] map.
    /// </summary>
    private OnnxValue ExportEven(IOnnxGraph graph, Layer layer, string name)
    {
        string Step(string operation, string suffix, string[] inputs, params (string, object)[] attributes) =>
            graph.Step(name, suffix, operation, inputs, attributes);
        Shape shape = layer.Shape;
        string source = graph.Map(layer.Input);
        string column = graph.Integers(name + ".column.shape", 1, 1, shape.Channels, shape.Pixels);
        string squares = Step("Reshape", "column", [Step("Mul", "squares", [source, source]), column]);
        int[] kernel = [Size, 1], pads = [Size / 2, 0, (Size - 1) / 2, 0];
        string means = Step("AveragePool", "means", [squares], ("kernel_shape", kernel), ("pads", pads), ("count_include_pad", 1));
        string sums = Step("Add", "sum", [Step("Mul", "scaled", [means, graph.Number(name, "alpha", Alpha)]), graph.Number(name, "k", K)]);
        string power = Step("Pow", "power", [sums, graph.Number(name, "beta", Beta)]);
        string divisor = Step("Reshape", "divisor", [power, graph.Integers(name + ".shape", shape.Sizes())]);
        return OnnxValue.Map(graph.Node("Div", name, [source, divisor]));
    }
}

/// <summary>Softmax over each pixel's channels.</summary>
internal sealed record SoftmaxOperation : Operation
{
    public override string Name => "softmax";

    public override GradientReads GradientReads => GradientReads.Output;

    public override (Edges Input, Edges OutputGradient) Halos(Extent input, Extent output) => default;

    public override long MultiplyAccumulates(Shape input, Shape output) => 0;

    public override ParameterList? Parameters(LayerCode code) => null;

    public override IReadOnlyList<string> Forward(LayerCode code) => [LayerCode.Call("Softmax", code.Input, code.Output)];

    public override string Backward(GradientCode code) => code.Call("SoftmaxBackward", code.Output);

    public override OnnxValue Export(IOnnxGraph graph, Layer layer, string name) =>
        graph.Pointwise(layer, source => graph.Node("Softmax", name, [source], ("axis", 1)));
}
