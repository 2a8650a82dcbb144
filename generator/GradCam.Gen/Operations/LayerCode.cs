using GradCam.Gen.Model;
using static System.FormattableString;

namespace GradCam.Gen.Operations;

/// <summary>What the forward calls and the parameters of a layer are written with.</summary>
internal sealed class LayerCode(Plan plan, Names names, Layer layer)
{
    public Layer Layer => layer;

    /// <summary>The layer's parameters.</summary>
    public string Operation => names.Operation(layer.Id);

    public string Input => names.Value(layer.Input);

    public string Output => names.Value(layer.Id);

    /// <summary>The fused activation.</summary>
    public string Activation => layer.Activation?.Code ?? "default";

    public string Value(int id) => names.Value(id);

    /// <summary>Where a value lies.</summary>
    public Location Place(int id) => plan.Values[id];

    /// <summary>A call of the backend.</summary>
    public static string Call(string method, params string[] arguments) => $"backend.{method}({string.Join(", ", arguments)})";

    /// <summary>A weight by its role, as an argument; the default where the layer has none.</summary>
    public string Weight(string name, string role) =>
        layer.Weight(role) is int index ? $"{name}: {Names.Weight(index)}" : $"{name}: default";

    /// <summary>Weight, bias, folded affine and fused activation, each where the layer has it.</summary>
    public IEnumerable<string> Weighted()
    {
        foreach (WeightBinding weight in layer.Weights)
            yield return $"{(weight.Role == "bias" ? "Bias" : "Weight")}: {Names.Weight(weight.Index)}";
        if (layer.Affine is { } affine)
            yield return "Affine: " + AffineWeights(affine);
        if (layer.Activation is not null)
            yield return $"Activation: {Activation}";
    }

    /// <summary>Copies of the operands that do not lie in the layer's output already, one behind the other.</summary>
    public IReadOnlyList<string> CopyOperands()
    {
        var calls = new List<string>();
        Location output = Place(layer.Id);
        int channel = 0;
        foreach (int input in layer.Inputs)
        {
            Location operand = Place(input);
            if (operand.Buffer != output.Buffer || operand.Channel != output.Channel + channel)
                calls.Add(Call("Copy", Value(input), Invariant($"{Output}.Slice({channel}, {operand.Shape.Channels})")));
            channel += operand.Shape.Channels;
        }

        return calls;
    }

    private static string AffineWeights(Affine affine) => IsPlainBatchNorm(affine)
        ? $"{Identifiers.BatchNorm}({Names.Weight(affine.BatchNorm![0].Index)}, epsilon: {SourceWriter.Double(affine.Epsilon)})"
        : $"new({string.Join(", ", AffineArguments(affine))})";

    /// <summary>Whether it is a batch norm whose four tensors follow each other in Info.Weights.</summary>
    private static bool IsPlainBatchNorm(Affine affine) =>
        affine is { BatchNorm: { Count: 4 } weights, Scale: null, Shift: null }
        && weights.Select((weight, i) => weight.Role == AffineOperation.BatchNormRoles[i] && weight.Index == weights[0].Index + i).All(fits => fits);

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
}
