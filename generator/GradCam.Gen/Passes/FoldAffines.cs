using GradCam.Gen.Model;

namespace GradCam.Gen.Passes;

/// <summary>
/// Folds a batch norm, scale or shift into the convolution, linear layer or affine before it, where that layer's output is read by nothing else.
/// The numbers are folded at load: the weights are not known here.
/// </summary>
internal static class FoldAffines
{
    public static Network Run(Network network) => MergeLayers.Run(network, (layer, producer) =>
    {
        if (layer.Operation is not AffineOperation)
            return null;
        if (producer.Operation is not (ConvolutionOperation or TransposedConvolutionOperation or LinearOperation or AffineOperation))
            return null;
        Affine? affine = producer.Affine is null ? layer.Affine : producer.Affine.Then(layer.Affine!);
        return affine is null ? null : producer with { Affine = affine, Merged = [.. producer.Merged, layer.Name + " folded"] };
    });
}
