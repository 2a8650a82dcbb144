using GradCam.Gen.Model;
using GradCam.Gen.Operations;
using static System.FormattableString;

namespace GradCam.Gen.Emit;

/// <summary>The parameters of the layers that have any. A weight is named by its place in Info.Weights.</summary>
internal static class OperationsEmitter
{
    public static void Emit(SourceWriter writer, Plan plan, Names names)
    {
        writer.Summary("The layers' parameters, for forward and backward. Ids number the layers that have weights; a weight is its row in Info.Weights.");
        writer.Open("private static class Operations");
        int id = 0;
        List<string> all = [];
        foreach (Layer layer in plan.Network.Layers)
        {
            if (layer.Operation.Parameters(new LayerCode(plan, names, layer)) is not { } parameters)
                continue;
            IReadOnlyList<string> arguments = parameters.HasId ? [Invariant($"Id: {id++}"), .. parameters.Arguments] : parameters.Arguments;
            writer.Member($"public static global::GradCam.Contract.{parameters.Type} {names.Layer(layer.Id)}", $"new({string.Join(", ", arguments)})");
            all.AddRange(arguments);
        }

        writer.Close();
        Activations(writer, plan.Network);
        Shorthands(writer, all);
        writer.Line();
    }

    /// <summary>What many layers would say at length.</summary>
    private static void Shorthands(SourceWriter writer, List<string> arguments)
    {
        bool Use(string shorthand) => arguments.Exists(argument => argument.Contains($" {shorthand}("));

        if (Use(Identifiers.Square))
        {
            writer.Line();
            writer.Summary("A window that is the same along both axes.");
            writer.Member(
                $"private static global::GradCam.Contract.Window {Identifiers.Square}(int kernel, int stride = 1, int pad = 0, int dilation = 1)",
                "new(Kernel: kernel, Stride: stride, Pad: pad, Dilation: dilation)");
        }

        if (Use(Identifiers.BatchNorm))
        {
            writer.Line();
            writer.Summary("A batch norm: four rows of Info.Weights.");
            writer.Member(
                $"private static global::GradCam.Contract.AffineWeights {Identifiers.BatchNorm}(int first, double epsilon)",
                "new(Weight: first, Bias: first + 1, Mean: first + 2, Variance: first + 3, Epsilon: epsilon)");
        }
    }

    private static void Activations(SourceWriter writer, Network network)
    {
        List<Activation> activations = network.Layers
            .SelectMany(layer => new[] { layer.Activation, (layer.Operation as ActivationOperation)?.Activation }).OfType<Activation>()
            .GroupBy(activation => activation.Identifier).Select(group => group.First()).ToList();
        if (activations.Count == 0)
            return;
        writer.Line();
        writer.Summary("The layers' activations.");
        writer.Open("private static class Activations");
        foreach (Activation activation in activations)
            writer.Member($"public static global::GradCam.Contract.Activation {activation.Identifier}", activation.Definition);
        writer.Close();
    }
}
