using GradCam.Gen.Model;
using GradCam.Gen.Operations;

namespace GradCam.Gen.Passes;

/// <summary>
/// Fuses a sum into the convolution that makes one of its operands: the kernel adds the other operand while its tile is in registers.
/// </summary>
internal static class FuseResiduals
{
    public static Network Run(Network network)
    {
        Dictionary<int, Layer> byId = network.ById();
        return MergeLayers.Run(network, (layer, producer) =>
        {
            if (layer.Operation is not AddOperation || !producer.Operation.Takes.HasFlag(Fusions.Residual) || producer.Residual is not null)
                return null;
            int other = layer.Inputs[0] == producer.Id ? layer.Inputs[1] : layer.Inputs[0];
            if (other == producer.Id || byId[other].Shape != producer.Shape)
                return null;
            return producer with { Residual = other, Merged = [.. producer.Merged, layer.Name + " fused"] };
        });
    }
}
