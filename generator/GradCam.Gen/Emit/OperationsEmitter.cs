using GradCam.Gen.Model;
using static System.FormattableString;

namespace GradCam.Gen.Emit;

/// <summary>The parameters of the layers that have any. A weight is named by its place in Info.Weights.</summary>
internal static class OperationsEmitter
{
    /// <summary>The methods of <c>Schedule</c> that shorten what many layers say.</summary>
    public const string Square = "Square", BatchNorm = "BatchNorm";

    /// <summary>A batch norm's tensors, in the order in which a layer reads them.</summary>
    public static readonly IReadOnlyList<string> BatchNormRoles = ["weight", "bias", "running_mean", "running_var"];

    public static void Emit(SourceWriter writer, Plan plan, Names names)
    {
        writer.Summary("The layers' parameters, for forward and backward. Ids number the layers that have weights; a weight is its row in Info.Weights.");
        writer.Open("private static class Operations");
        int id = 0;
        foreach (Layer layer in plan.Network.Layers)
            Emit(writer, layer, names, ref id);
        writer.Close();
        Activations(writer, plan.Network);
        Shorthands(writer, plan.Network);
        writer.Line();
    }

    /// <summary>What many layers would say at length.</summary>
    private static void Shorthands(SourceWriter writer, Network network)
    {
        if (network.Layers.Any(layer => WindowOf(layer) is { } window && IsSquare(window)))
        {
            writer.Line();
            writer.Summary("A window that is the same along both axes.");
            writer.Member(
                $"private static global::GradCam.Window {Square}(int kernel, int stride = 1, int pad = 0, int dilation = 1)",
                "new(Kernel: kernel, Stride: stride, Pad: pad, Dilation: dilation)");
        }

        if (network.Layers.Any(layer => layer.Affine is { } affine && IsPlainBatchNorm(affine)))
        {
            writer.Line();
            writer.Summary("A batch norm: four rows of Info.Weights.");
            writer.Member(
                $"private static global::GradCam.AffineWeights {BatchNorm}(int first, double epsilon)",
                "new(Weight: first, Bias: first + 1, Mean: first + 2, Variance: first + 3, Epsilon: epsilon)");
        }
    }

    private static Window? WindowOf(Layer layer) => layer.Operation switch
    {
        ConvolutionOperation convolution => convolution.Window,
        TransposedConvolutionOperation convolution => convolution.Window,
        AveragePoolOperation pool => pool.Window,
        _ => null,
    };

    /// <summary>An activation's name in the generated class <c>Activations</c>.</summary>
    public static string Activation(Activation? activation) => activation is null ? "default" : "Activations." + ActivationName(activation);

    private static string ActivationName(Activation activation) => activation switch
    {
        { Name: "relu" } => "Relu",
        { Name: "relu6" } => "Relu6",
        { Kind: "HardSigmoid", Alpha: 1.0 / 6, Beta: 0.5 } or { Kind: not "HardSigmoid", Alpha: 0, Beta: 0 } => activation.Kind,
        { Beta: 0 } => $"{activation.Kind}_{Digits(activation.Alpha)}",
        _ => $"{activation.Kind}_{Digits(activation.Alpha)}_{Digits(activation.Beta)}",
    };

    /// <summary>A number as a piece of a name: -0.1 is m0p1.</summary>
    private static string Digits(double value) => SourceWriter.Double(value).Replace('.', 'p').Replace('-', 'm').Replace("+", "");

    private static void Activations(SourceWriter writer, Network network)
    {
        List<Activation> activations = network.Layers
            .SelectMany(layer => new[] { layer.Activation, (layer.Operation as ActivationOperation)?.Activation }).OfType<Activation>()
            .GroupBy(ActivationName).Select(group => group.First()).ToList();
        if (activations.Count == 0)
            return;
        writer.Line();
        writer.Summary("The layers' activations.");
        writer.Open("private static class Activations");
        foreach (Activation activation in activations)
        {
            string value = activation switch
            {
                { Name: "relu" or "relu6" } => $"global::GradCam.Activation.{ActivationName(activation)}",
                { Alpha: 0, Beta: 0 } => $"new(global::GradCam.ActivationKind.{activation.Kind})",
                { Alpha: var alpha, Beta: var beta } =>
                    $"new(global::GradCam.ActivationKind.{activation.Kind}, Alpha: {SourceWriter.Float(alpha)}, Beta: {SourceWriter.Float(beta)})",
            };
            writer.Member($"public static global::GradCam.Activation {ActivationName(activation)}", value);
        }

        writer.Close();
    }

    private static void Emit(SourceWriter writer, Layer layer, Names names, ref int id)
    {
        (string Type, List<string> Arguments)? operation = layer.Operation switch
        {
            ConvolutionOperation convolution => ("Convolution", [Id(id), Window(convolution.Window), Groups(convolution.Groups), .. Weighted(layer)]),
            TransposedConvolutionOperation convolution =>
                ("TransposedConvolution", [Id(id), Window(convolution.Window), Groups(convolution.Groups), .. Weighted(layer)]),
            LinearOperation => ("Linear", [Id(id), .. Weighted(layer)]),
            AffineOperation => ("ChannelAffine", [Id(id), .. Weighted(layer)]),
            LayerNormOperation norm =>
                ("LayerNorm", [Id(id), Weight("Weight", layer, "weight"), Weight("Bias", layer, "bias"), $"Epsilon: {SourceWriter.Double(norm.Epsilon)}"]),
            ParametricReluOperation => ("ParametricRelu", [Id(id), Weight("Slope", layer, "weight")]),
            MaxPoolOperation pool => ("Window", WindowArguments(pool.Window)),
            AveragePoolOperation pool => ("AveragePool", [Window(pool.Window), $"CountPadding: {(pool.CountPadding ? "true" : "false")}"]),
            LocalResponseNormOperation norm => ("LocalResponseNorm", [Invariant($"Size: {norm.Size}"),
                $"Alpha: {SourceWriter.Float(norm.Alpha)}", $"Beta: {SourceWriter.Float(norm.Beta)}", $"K: {SourceWriter.Float(norm.K)}"]),
            PadOperation pad => ("Edges", EdgeArguments(pad.Edges)),
            _ => null,
        };
        if (operation is not (string type, List<string> arguments))
            return;
        if (layer.Operation is ConvolutionOperation or TransposedConvolutionOperation or LinearOperation or AffineOperation or LayerNormOperation or ParametricReluOperation)
            id++;
        writer.Member($"public static global::GradCam.{type} {names.Layer(layer.Id)}", $"new({string.Join(", ", arguments)})");
    }

    /// <summary>Weight, bias, folded affine and fused activation, each where the layer has it.</summary>
    private static IEnumerable<string> Weighted(Layer layer)
    {
        foreach (WeightBinding weight in layer.Weights)
            yield return $"{(weight.Role == "bias" ? "Bias" : "Weight")}: {Names.Weight(weight.Index)}";
        if (layer.Affine is { } affine)
            yield return "Affine: " + AffineWeights(affine);

        if (layer.Activation is not null)
            yield return $"Activation: {Activation(layer.Activation)}";
    }

    private static string AffineWeights(Affine affine) => IsPlainBatchNorm(affine)
        ? $"{BatchNorm}({Names.Weight(affine.BatchNorm![0].Index)}, epsilon: {SourceWriter.Double(affine.Epsilon)})"
        : $"new({string.Join(", ", AffineArguments(affine))})";

    /// <summary>Whether it is a batch norm whose four tensors follow each other in Info.Weights.</summary>
    private static bool IsPlainBatchNorm(Affine affine) =>
        affine is { BatchNorm: { Count: 4 } weights, Scale: null, Shift: null }
        && weights.Select((weight, i) => weight.Role == BatchNormRoles[i] && weight.Index == weights[0].Index + i).All(fits => fits);

    private static IEnumerable<string> AffineArguments(Affine affine)
    {
        foreach (WeightBinding weight in affine.BatchNorm ?? [])
        {
            string role = weight.Role switch { "weight" => "Weight", "bias" => "Bias", "running_mean" => "Mean", _ => "Variance" };
            yield return $"{role}: {Names.Weight(weight.Index)}";
        }

        if (affine.BatchNorm is not null)
            yield return $"Epsilon: {SourceWriter.Double(affine.Epsilon)}";
        if (affine.Scale is { } scale)
            yield return $"Scale: {Names.Weight(scale.Index)}";
        if (affine.Shift is { } shift)
            yield return $"Shift: {Names.Weight(shift.Index)}";
    }

    private static string Id(int id) => Invariant($"Id: {id}");

    private static string Groups(int groups) => Invariant($"Groups: {groups}");

    private static string Weight(string name, Layer layer, string role) =>
        layer.Weight(role) is int index ? $"{name}: {Names.Weight(index)}" : $"{name}: default";

    private static string Window(Window window) => "Window: " + (IsSquare(window)
        ? $"{Square}({string.Join(", ", SquareArguments(window))})"
        : $"new({string.Join(", ", WindowArguments(window))})");

    private static bool IsSquare(Window window) =>
        window.Kernel.Height == window.Kernel.Width && window.Stride.Height == window.Stride.Width && window.Dilation.Height == window.Dilation.Width
        && window.Pad == new Edges(window.Pad.Top, window.Pad.Top, window.Pad.Top, window.Pad.Top);

    private static IEnumerable<string> SquareArguments(Window window)
    {
        yield return Extent(window.Kernel);
        if (window.Stride.Height != 1)
            yield return "stride: " + Extent(window.Stride);
        if (!window.Pad.IsEmpty)
            yield return "pad: " + Edges(window.Pad);
        if (window.Dilation.Height != 1)
            yield return "dilation: " + Extent(window.Dilation);
    }

    private static List<string> WindowArguments(Window window) =>
    [
        "Kernel: " + Extent(window.Kernel),
        "Stride: " + Extent(window.Stride),
        "Pad: " + Edges(window.Pad),
        "Dilation: " + Extent(window.Dilation),
    ];

    private static string Extent(Extent extent) =>
        extent.Height == extent.Width ? Invariant($"{extent.Height}") : Invariant($"({extent.Height}, {extent.Width})");

    public static string Edges(Edges edges) =>
        edges == new Edges(edges.Top, edges.Top, edges.Top, edges.Top) ? Invariant($"{edges.Top}") : $"new({string.Join(", ", EdgeArguments(edges))})";

    private static List<string> EdgeArguments(Edges edges) =>
        [Invariant($"Top: {edges.Top}"), Invariant($"Left: {edges.Left}"), Invariant($"Bottom: {edges.Bottom}"), Invariant($"Right: {edges.Right}")];
}
