using GradCam.Gen.Model;
using static System.FormattableString;

namespace GradCam.Gen.Emit;

/// <summary>The parameters of the layers that have any, and the weights they refer to.</summary>
internal static class OperationsEmitter
{
    public static void Emit(SourceWriter writer, Plan plan, Names names)
    {
        writer.Summary("The layers' parameters; forward and backward share them. Ids number the layers that have weights.");
        writer.Open("private static class Operations");
        int id = 0;
        foreach (Layer layer in plan.Network.Layers)
            Emit(writer, layer, names, ref id);
        writer.Close();
        writer.Line();

        if (plan.Network.Weights.Count == 0)
            return;
        writer.Summary("Places in the table of weights, Info.Weights.");
        writer.Open("private static class Weights");
        for (int i = 0; i < plan.Network.Weights.Count; i++)
            writer.Line(Invariant($"public const int {names.Weight(i)} = {i};"));
        writer.Close();
        writer.Line();
    }

    public static string Activation(Activation? activation)
    {
        if (activation is null)
            return "default";
        return activation.Name switch
        {
            "relu" => "global::GradCam.Contract.Activation.Relu",
            "relu6" => "global::GradCam.Contract.Activation.Relu6",
            _ when activation is { Alpha: 0, Beta: 0 } => $"new(global::GradCam.Contract.ActivationKind.{activation.Kind})",
            _ => $"new(global::GradCam.Contract.ActivationKind.{activation.Kind}, {SourceWriter.Float(activation.Alpha)}, {SourceWriter.Float(activation.Beta)})",
        };
    }

    private static void Emit(SourceWriter writer, Layer layer, Names names, ref int id)
    {
        (string Type, List<string> Arguments)? operation = layer.Operation switch
        {
            ConvolutionOperation convolution => ("Convolution", [Id(id), Window(convolution.Window), Groups(convolution.Groups), .. Weighted(layer, names)]),
            TransposedConvolutionOperation convolution =>
                ("TransposedConvolution", [Id(id), Window(convolution.Window), Groups(convolution.Groups), .. Weighted(layer, names)]),
            LinearOperation => ("Linear", [Id(id), .. Weighted(layer, names)]),
            AffineOperation => ("ChannelAffine", [Id(id), .. Weighted(layer, names)]),
            LayerNormOperation norm =>
                ("LayerNorm", [Id(id), Weight("Weight", layer, "weight", names), Weight("Bias", layer, "bias", names), $"Epsilon: {SourceWriter.Double(norm.Epsilon)}"]),
            ParametricReluOperation => ("ParametricRelu", [Id(id), Weight("Slope", layer, "weight", names)]),
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
        writer.Call($"public static global::GradCam.Contract.{type} {names.Layer(layer.Id)} => new", arguments, ";");
    }

    /// <summary>Weight, bias, folded affine and fused activation, each where the layer has it.</summary>
    private static IEnumerable<string> Weighted(Layer layer, Names names)
    {
        foreach (WeightBinding weight in layer.Weights)
            yield return $"{(weight.Role == "bias" ? "Bias" : "Weight")}: Weights.{names.Weight(weight.Index)}";
        if (layer.Affine is { } affine)
        {
            // Argument by argument, so that a line can end between them.
            List<string> arguments = [.. AffineArguments(affine, names)];
            for (int i = 0; i < arguments.Count; i++)
                yield return $"{(i == 0 ? "Affine: new(" : "")}{arguments[i]}{(i == arguments.Count - 1 ? ")" : "")}";
        }

        if (layer.Activation is not null)
            yield return $"Activation: {Activation(layer.Activation)}";
    }

    private static IEnumerable<string> AffineArguments(Affine affine, Names names)
    {
        foreach (WeightBinding weight in affine.BatchNorm ?? [])
        {
            string role = weight.Role switch { "weight" => "Weight", "bias" => "Bias", "running_mean" => "Mean", _ => "Variance" };
            yield return $"{role}: Weights.{names.Weight(weight.Index)}";
        }

        if (affine.BatchNorm is not null)
            yield return $"Epsilon: {SourceWriter.Double(affine.Epsilon)}";
        if (affine.Scale is { } scale)
            yield return $"Scale: Weights.{names.Weight(scale.Index)}";
        if (affine.Shift is { } shift)
            yield return $"Shift: Weights.{names.Weight(shift.Index)}";
    }

    private static string Id(int id) => Invariant($"Id: {id}");

    private static string Groups(int groups) => Invariant($"Groups: {groups}");

    private static string Weight(string name, Layer layer, string role, Names names) =>
        layer.Weight(role) is int index ? $"{name}: Weights.{names.Weight(index)}" : $"{name}: default";

    private static string Window(Window window) => $"new({string.Join(", ", WindowArguments(window))})";

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
