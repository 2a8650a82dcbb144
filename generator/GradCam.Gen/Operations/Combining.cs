using GradCam.Gen.Model;

namespace GradCam.Gen.Operations;

/// <summary>add, mul and concat.</summary>
internal static class Combinations
{
    public static readonly OperationWord[] Words =
    [
        new("add", rule => Pair(rule, new AddOperation())) { Operands = OperandKind.ValuesAndBranches, IsPairwise = true },
        new("mul", rule => Pair(rule, new MultiplyOperation())) { Operands = OperandKind.ValuesAndBranches, IsPairwise = true },
        new("concat", ConcatOperation.Rule) { Operands = OperandKind.ValuesAndBranches },
    ];

    /// <summary>Two values of one shape, or a map and a vector of as many channels.</summary>
    private static LayerDraft? Pair(LayerRule rule, Operation operation)
    {
        Layer left = rule.Operands[0].Layer, right = rule.Operands[1].Layer;
        // The broadcast operand goes second.
        if (left.Shape.IsVector && !right.Shape.IsVector)
            (left, right) = (right, left);
        bool fits = left.Shape == right.Shape || (right.Shape.IsVector && right.Shape.Channels == left.Shape.Channels);
        return fits
            ? new LayerDraft(operation, left.Shape) { Inputs = [left.Id, right.Id] }
            : rule.OperandsDiffer(left, right, rule.Operands[1].Range);
    }

    public static OnnxValue Export(IOnnxGraph graph, string operation, Layer layer, string name)
    {
        bool rows = layer.Inputs.All(graph.HasRow);
        string left = rows ? graph.Row(layer.Inputs[0]) : graph.Map(layer.Inputs[0]);
        string right = rows ? graph.Row(layer.Inputs[1]) : graph.Map(layer.Inputs[1]);
        return new OnnxValue(graph.Node(operation, name, [left, right]), rows);
    }
}

internal sealed record AddOperation : Operation
{
    public override string Name => "add";

    public override bool RunsInPlace => true;

    public override Fusions Takes => Fusions.Activation;

    public override GradientReads GradientReads => GradientReads.Nothing;

    public override GradientFlow Flow => GradientFlow.Passed;

    public override (Edges Input, Edges OutputGradient) Halos(Extent input, Extent output) => default;

    public override long MultiplyAccumulates(Shape input, Shape output) => 0;

    public override ParameterList? Parameters(LayerCode code) => null;

    public override IReadOnlyList<string> Forward(LayerCode code) =>
        [LayerCode.Call("Add", code.Input, code.Value(code.Layer.Inputs[1]), $"activation: {code.Activation}", $"output: {code.Output}")];

    public override string Backward(GradientCode code) => code.Pass();

    public override OnnxValue Export(IOnnxGraph graph, Layer layer, string name) => Combinations.Export(graph, "Add", layer, name);
}

internal sealed record MultiplyOperation : Operation
{
    public override string Name => "mul";

    public override bool RunsInPlace => true;

    public override Fusions Takes => Fusions.Activation;

    public override GradientReads GradientReads => GradientReads.Inputs;

    public override (Edges Input, Edges OutputGradient) Halos(Extent input, Extent output) => default;

    public override long MultiplyAccumulates(Shape input, Shape output) => 0;

    public override ParameterList? Parameters(LayerCode code) => null;

    public override IReadOnlyList<string> Forward(LayerCode code) =>
        [LayerCode.Call("Multiply", code.Input, code.Value(code.Layer.Inputs[1]), $"activation: {code.Activation}", $"output: {code.Output}")];

    public override string Backward(GradientCode code) => code.Call("MultiplyBackward", code.OtherInput);

    public override OnnxValue Export(IOnnxGraph graph, Layer layer, string name) => Combinations.Export(graph, "Mul", layer, name);
}

/// <summary>Channels one behind the other.</summary>
internal sealed record ConcatOperation : Operation
{
    public override string Name => "concat";

    public override Placement Placement => Placement.AroundOperands;

    public override GradientReads GradientReads => GradientReads.Nothing;

    public override GradientFlow Flow => GradientFlow.Split;

    public override bool PicksValues => true;

    public static LayerDraft? Rule(LayerRule rule)
    {
        if (rule.Operands.Count == 1)
            return LayerDraft.Operand;
        Layer first = rule.Operands[0].Layer;
        foreach (OperandLayer operand in rule.Operands)
        {
            if (operand.Layer.Shape.Size != first.Shape.Size)
                return rule.OperandsDiffer(first, operand.Layer, operand.Range);
        }

        long channels = rule.Operands.Sum(operand => (long)operand.Layer.Shape.Channels);
        return rule.Fits(channels * first.Shape.Pixels, channels, "channels")
            ? new LayerDraft(new ConcatOperation(), first.Shape with { Channels = (int)channels })
            : null;
    }

    public override (Edges Input, Edges OutputGradient) Halos(Extent input, Extent output) => default;

    public override long MultiplyAccumulates(Shape input, Shape output) => 0;

    public override ParameterList? Parameters(LayerCode code) => null;

    public override IReadOnlyList<string> Forward(LayerCode code) => code.CopyOperands();

    public override string Backward(GradientCode code) => code.Pass();

    public override OnnxValue Export(IOnnxGraph graph, Layer layer, string name) =>
        OnnxValue.Map(graph.Node("Concat", name, [.. layer.Inputs.Select(graph.Map)], ("axis", 1)));
}
