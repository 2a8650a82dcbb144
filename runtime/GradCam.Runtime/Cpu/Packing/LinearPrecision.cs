namespace GradCam;

/// <summary>
/// How the weights of linear layers, which a forward pass reads once each and which most of an older network's weights are, are kept in memory. They are
/// widened to 32 bits when they are used, and so are all sums.
/// </summary>
public enum LinearPrecision
{
    /// <summary>In 32 bits.</summary>
    Full,

    /// <summary>
    /// In 16 bits where the weight file has them so (F16 or BF16) and no factor or batch norm is folded in: half the memory, and the same results.
    /// </summary>
    AsStored,

    /// <summary>
    /// In 16 bits (F16) in all layers: half the memory. Weights in 32 bits are rounded to 11 significant bits, so each is off by up to 1/2048 of itself; logits
    /// of networks of the zoo were off by 2e-4 to 3e-4 of the largest. A weight above 65504 is a <see cref="Weights.WeightException"/>.
    /// </summary>
    Half,
}
