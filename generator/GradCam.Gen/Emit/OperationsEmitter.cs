using GradCam.Gen.Model;
using GradCam.Gen.Operations;
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
        {
            if (layer.Operation.Parameters(new LayerCode(plan, names, layer)) is not { } parameters)
                continue;
            IReadOnlyList<string> arguments = parameters.HasId ? [Invariant($"Id: {id++}"), .. parameters.Arguments] : parameters.Arguments;
            writer.Call($"public static global::GradCam.Contract.{parameters.Type} {names.Layer(layer.Id)} => new", arguments, ";");
        }

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
}
