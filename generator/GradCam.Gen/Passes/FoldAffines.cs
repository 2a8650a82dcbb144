using GradCam.Gen.Model;
using GradCam.Gen.Operations;

namespace GradCam.Gen.Passes;

/// <summary>
/// Folds a batch norm, scale or shift into the convolution, linear layer or affine before it, where that layer's output is read by nothing else.
/// The numbers are folded at load: the weights are not known here.
/// </summary>
internal static class FoldAffines
{
    public static Network Run(Network network) => MergeLayers.Run(network, (layer, producer) =>
    {
        if (layer.Operation is not AffineOperation || !producer.Operation.Takes.HasFlag(Fusions.Affine))
            return null;
        Affine? affine = producer.Affine is null ? layer.Affine : producer.Affine.Then(layer.Affine!);
        return affine is null ? null : producer with { Affine = affine, Merged = [.. producer.Merged, layer.Name + " folded"] };
    });
}
