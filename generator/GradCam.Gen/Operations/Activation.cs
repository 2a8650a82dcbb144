using GradCam.Gen.Model;
using static System.FormattableString;
using static GradCam.Gen.Operations.CommonArguments;

namespace GradCam.Gen.Operations;

/// <summary>The nonlinearities, and prelu, which has weights.</summary>
internal static class Activations
{
    public static readonly OperationWord[] Words =
    [
        Word("relu", _ => Activation.Relu),
        Word("relu6", _ => Activation.Relu6),
        Word("sigmoid", _ => new("sigmoid", ActivationKind.Sigmoid)),
        Word("tanh", _ => new("tanh", ActivationKind.Tanh)),
        Word("silu", _ => new("silu", ActivationKind.Silu)),
        Word("hardswish", _ => new("hardswish", ActivationKind.HardSwish)),
        Word("mish", _ => new("mish", ActivationKind.Mish)),
        Word("selu", _ => new("selu", ActivationKind.Selu)),
        Word("leakyrelu", arguments => new("leakyrelu", ActivationKind.LeakyRelu, arguments.Real("slope", 0.01)), new ArgumentInfo("slope", ArgumentKind.Real)),
        Word("elu", arguments => new("elu", ActivationKind.Elu, arguments.Real("alpha", 1)), Alpha),
        Word("gelu", arguments => new("gelu", arguments.Flag("tanh") ? ActivationKind.GeluTanh : ActivationKind.Gelu), Flag("tanh")),
        Word(
            "hardsigmoid",
            arguments => new("hardsigmoid", ActivationKind.HardSigmoid, arguments.Real("alpha", 1.0 / 6), arguments.Real("beta", 0.5)),
            Alpha,
            Beta),
        Word("softplus", arguments => new("softplus", ActivationKind.Softplus, arguments.Real("beta", 1), 20), Beta),
        new("clip", ActivationOperation.Clip) { Positional = [Required(new("min", ArgumentKind.Real)), Required(new("max", ArgumentKind.Real))] },
        new("prelu", rule => rule.Keep(new ParametricReluOperation()) with { Weights = [rule.Weight("weight", [rule.Input.Channels], [1])] }),
    ];

    private static OperationWord Word(string name, Func<Arguments, Activation> activation, params ArgumentInfo[] named) =>
        new(name, rule => rule.Keep(new ActivationOperation(activation(rule.Arguments)))) { Named = named };
}

/// <summary>A kind of nonlinearity.</summary>
/// <param name="name">The member of the runtime's enum of this name.</param>
/// <param name="gradientFromOutput">Whether the derivative follows from the output, so that it may run in place; as the runtime says.</param>
/// <param name="export">Its nodes.</param>
internal sealed class ActivationKind(string name, Func<Activation, bool> gradientFromOutput, ActivationKind.Exporter export)
{
    public delegate string Exporter(IOnnxGraph graph, Activation activation, string name, string source);

    public static readonly ActivationKind Relu = new("Relu", FromOutput, Node);

    public static readonly ActivationKind Clip = new("Clip", FromOutput, (graph, clip, name, source) =>
        graph.Node("Clip", name, [source, graph.Number(name, "min", clip.Alpha), graph.Number(name, "max", clip.Beta)]));

    public static readonly ActivationKind LeakyRelu = new("LeakyRelu", activation => activation.Alpha >= 0, NodeWithAlpha);

    public static readonly ActivationKind Sigmoid = new("Sigmoid", FromOutput, Node);

    public static readonly ActivationKind Tanh = new("Tanh", FromOutput, Node);

    public static readonly ActivationKind Silu = new("Silu", FromInput, (graph, _, name, source) =>
        graph.Node("Mul", name, [source, graph.Step(name, "sigmoid", "Sigmoid", [source])]));

    public static readonly ActivationKind HardSigmoid = new("HardSigmoid", activation => activation.Alpha > 0, (graph, activation, name, source) =>
        graph.Node("HardSigmoid", name, [source], ("alpha", (float)activation.Alpha), ("beta", (float)activation.Beta)));

    public static readonly ActivationKind HardSwish = new("HardSwish", FromInput, Node);

    public static readonly ActivationKind Gelu = new("Gelu", FromInput, (graph, _, name, source) =>
    {
        string scaled = graph.Step(name, "scaled", "Div", [source, graph.Number(name, "root", Math.Sqrt(2))]);
        return GeluOf(graph, name, source, graph.Step(name, "erf", "Erf", [scaled]));
    });

    public static readonly ActivationKind GeluTanh = new("GeluTanh", FromInput, (graph, _, name, source) =>
    {
        string cube = graph.Step(name, "cube", "Mul", [source, graph.Step(name, "square", "Mul", [source, source])]);
        string cubic = graph.Step(name, "cubic", "Mul", [cube, graph.Number(name, "cubic.factor", 0.044715)]);
        string inner = graph.Step(name, "inner", "Add", [source, cubic]);
        string scaled = graph.Step(name, "scaled", "Mul", [inner, graph.Number(name, "root", Math.Sqrt(2 / Math.PI))]);
        return GeluOf(graph, name, source, graph.Step(name, "tanh", "Tanh", [scaled]));
    });

    public static readonly ActivationKind Elu = new("Elu", activation => activation.Alpha >= 0, NodeWithAlpha);

    public static readonly ActivationKind Selu = new("Selu", FromOutput, Node);

    public static readonly ActivationKind Mish = new("Mish", FromInput, (graph, _, name, source) =>
        graph.Node("Mul", name, [source, graph.Step(name, "tanh", "Tanh", [graph.Step(name, "softplus", "Softplus", [source])])]));

    public static readonly ActivationKind Softplus = new("Softplus", FromInput, (graph, activation, name, source) =>
    {
        if (activation.Alpha == 1)
            return graph.Node("Softplus", name, [source]);
        string beta = graph.Number(name, "beta", activation.Alpha);
        return graph.Node("Div", name, [graph.Step(name, "softplus", "Softplus", [graph.Step(name, "scaled", "Mul", [source, beta])]), beta]);
    });

    public string Name => name;

    public bool GradientFromOutput(Activation activation) => gradientFromOutput(activation);

    public string Export(IOnnxGraph graph, Activation activation, string tensor, string source) => export(graph, activation, tensor, source);

    private static bool FromOutput(Activation activation) => true;

    private static bool FromInput(Activation activation) => false;

    private static string Node(IOnnxGraph graph, Activation activation, string name, string source) => graph.Node(activation.Kind.Name, name, [source]);

    private static string NodeWithAlpha(IOnnxGraph graph, Activation activation, string name, string source) =>
        graph.Node(activation.Kind.Name, name, [source], ("alpha", (float)activation.Alpha));

    /// <summary>x (1 + inner) / 2.</summary>
    private static string GeluOf(IOnnxGraph graph, string name, string source, string inner)
    {
        string half = graph.Step(name, "half", "Mul", [source, graph.Number(name, "0.5", 0.5)]);
        return graph.Node("Mul", name, [half, graph.Step(name, "sum", "Add", [inner, graph.Number(name, "1", 1)])]);
    }
}

/// <summary>A nonlinearity.</summary>
/// <param name="Name">As in the spec.</param>
/// <param name="Kind">Which one.</param>
/// <param name="Alpha">First parameter.</param>
/// <param name="Beta">Second parameter.</param>
internal sealed record Activation(string Name, ActivationKind Kind, double Alpha = 0, double Beta = 0)
{
    public static Activation Relu { get; } = new("relu", ActivationKind.Relu);

    public static Activation Relu6 { get; } = new("relu6", ActivationKind.Clip, 0, 6);

    /// <summary>The derivative follows from the output, so the activation may run in place.</summary>
    public bool GradientFromOutput => Kind.GradientFromOutput(this);

    /// <summary>In generated code, where it is used.</summary>
    public string Code => "Activations." + Identifier;

    /// <summary>Its name in the generated class <c>Activations</c>.</summary>
    public string Identifier
    {
        get
        {
            if (this == Relu)
                return "Relu";
            if (this == Relu6)
                return "Relu6";
            bool isUsual = Kind == ActivationKind.HardSigmoid ? (Alpha, Beta) == (1.0 / 6, 0.5) : (Alpha, Beta) == (0, 0);
            return isUsual ? Kind.Name : $"{Kind.Name}_{Digits(Alpha)}{(Beta == 0 ? "" : "_" + Digits(Beta))}";
        }
    }

    /// <summary>In generated code, where it is defined.</summary>
    public string Definition
    {
        get
        {
            if (this == Relu || this == Relu6)
                return "global::GradCam.Contract.Activation." + Identifier;
            string kind = $"global::GradCam.Contract.ActivationKind.{Kind.Name}";
            return (Alpha, Beta) == (0, 0) ? $"new({kind})" : $"new({kind}, Alpha: {SourceWriter.Float(Alpha)}, Beta: {SourceWriter.Float(Beta)})";
        }
    }

    /// <summary>A number as a piece of a name: -0.1 is m0p1.</summary>
    private static string Digits(double value) => SourceWriter.Double(value).Replace('.', 'p').Replace('-', 'm').Replace("+", "");
}

/// <summary>A nonlinearity of its own; one that was fused is in <see cref="Layer.Activation"/>.</summary>
internal sealed record ActivationOperation(Activation Activation) : Operation
{
    public override string Name => Activation.Name;

    public override bool RunsInPlace => true;

    public override GradientReads GradientReads => Activation.GradientFromOutput ? GradientReads.Output : GradientReads.Inputs;

    public override GradientFlow Flow => GradientFlow.ComputedInPlace;

    public override bool KeepsChannelsApart => true;

    public static LayerDraft? Clip(LayerRule rule)
    {
        var clip = new Activation("clip", ActivationKind.Clip, rule.Arguments.Real("min", 0), rule.Arguments.Real("max", 0));
        return clip.Alpha < clip.Beta
            ? rule.Keep(new ActivationOperation(clip))
            : rule.BadValue("a minimum below the maximum", Invariant($"{clip.Alpha} {clip.Beta}"));
    }

    public override (Edges Input, Edges OutputGradient) Halos(Extent input, Extent output) => default;

    public override long MultiplyAccumulates(Shape input, Shape output) => 0;

    public override ParameterList? Parameters(LayerCode code) => null;

    public override IReadOnlyList<string> Forward(LayerCode code) => [LayerCode.Call("Activate", Activation.Code, code.Input, code.Output)];

    public override string Backward(GradientCode code) =>
        code.Call("ActivationBackward", Activation.Code, Activation.GradientFromOutput ? code.Output : code.Input);

    public override OnnxValue Export(IOnnxGraph graph, Layer layer, string name) =>
        graph.Pointwise(layer, source => Activation.Kind.Export(graph, Activation, name, source));
}

/// <summary>Relu with a slope a channel for what is negative.</summary>
internal sealed record ParametricReluOperation : Operation
{
    public override string Name => "prelu";

    public override GradientReads GradientReads => GradientReads.Inputs;

    public override (Edges Input, Edges OutputGradient) Halos(Extent input, Extent output) => default;

    public override long MultiplyAccumulates(Shape input, Shape output) => 0;

    public override ParameterList Parameters(LayerCode code) => new("ParametricRelu", [code.Weight("Slope", "weight")]) { HasId = true };

    public override IReadOnlyList<string> Forward(LayerCode code) => [LayerCode.Call("ParametricRelu", code.Operation, code.Input, code.Output)];

    public override string Backward(GradientCode code) => code.Call("ParametricReluBackward", code.Operation, code.Input);

    public override OnnxValue Export(IOnnxGraph graph, Layer layer, string name)
    {
        string slope = graph.OverPixels(layer.Weights[0]);
        return OnnxValue.Map(graph.Node("PRelu", name, [graph.Map(layer.Input), slope]));
    }
}
