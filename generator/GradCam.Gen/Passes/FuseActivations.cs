using GradCam.Gen.Model;
using GradCam.Gen.Operations;

namespace GradCam.Gen.Passes;

/// <summary>
/// Fuses an activation into the layer before it. On the way of a backward slice only an activation whose derivative follows from its output may go, since its
/// input is then never stored.
/// </summary>
internal static class FuseActivations
{
    public static Network Run(Network network)
    {
        HashSet<int> onSlice = BackwardSlice.ValuesWithGradient(network);
        return MergeLayers.Run(network, (layer, producer) =>
        {
            if (layer.Operation is not ActivationOperation { Activation: var activation } || producer.Activation is not null)
                return null;
            if (onSlice.Contains(producer.Id) && !activation.GradientFromOutput)
                return null;
            return producer.Operation.Takes.HasFlag(Fusions.Activation)
                ? producer with { Activation = activation, Merged = [.. producer.Merged, Words(layer, activation) + " fused"] }
                : null;
        });
    }

    /// <summary>What it is, and its label where it has one, by which a user may look for it.</summary>
    private static string Words(Layer layer, Activation activation) =>
        layer.Name == activation.Name || layer.Name.EndsWith("." + activation.Name, StringComparison.Ordinal)
            ? activation.Name
            : $"{activation.Name} {layer.Name}";
}
