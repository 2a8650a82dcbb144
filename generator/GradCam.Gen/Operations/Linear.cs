using GradCam.Gen.Model;
using static GradCam.Gen.Operations.CommonArguments;

namespace GradCam.Gen.Operations;

/// <summary>linear.</summary>
internal static class FullyConnected
{
    public static readonly OperationWord[] Words = [new("linear", LinearOperation.Rule) { Positional = [Channels], Named = [Bias] }];
}

/// <summary>A fully connected layer on a vector; on a map it is a 1x1 convolution.</summary>
internal sealed record LinearOperation : Operation
{
    public override string Name => "linear";

    public override Fusions Takes => Fusions.Affine | Fusions.Activation;

    public override GradientReads GradientReads => GradientReads.Nothing;

    public override int? OutputAxis => 0;

    public static LayerDraft? Rule(LayerRule rule)
    {
        Shape input = rule.Input;
        int channels = rule.Arguments.Integer("channels");
        if (!rule.Fits((long)channels * input.Channels))
            return null;
        Operation operation = input.IsVector ? new LinearOperation() : new ConvolutionOperation(new Window(Extent.One, Extent.One, default, Extent.One), 1);
        return new LayerDraft(operation, input with { Channels = channels }) { Weights = rule.WithBias(channels, [channels, input.Channels]) };
    }

    public override (Edges Input, Edges OutputGradient) Halos(Extent input, Extent output) => default;

    public override long MultiplyAccumulates(Shape input, Shape output) => output.Length * input.Channels;

    public override ParameterList Parameters(LayerCode code) => new("Linear", [.. code.Weighted()]) { HasId = true };

    public override IReadOnlyList<string> Forward(LayerCode code) => [LayerCode.Call("Linear", code.Operation, code.Input, code.Output)];

    public override string Backward(GradientCode code) => code.Step switch
    {
        { Kind: BackwardKind.Row } => code.CallFromSeed("LinearBackwardRow", code.Operation, "@class", "seed"),
        { OnSums: true } => $"backend.LinearBackwardSums({code.Operation}, {code.From}, {code.To})",
        _ => code.Call("LinearBackward", code.Operation),
    };

    public override OnnxValue Export(IOnnxGraph graph, Layer layer, string name) =>
        OnnxValue.Row(graph.Node("Gemm", name, [graph.Row(layer.Input), .. layer.Weights.Select(weight => graph.Weight(weight))], ("transB", 1)));
}
