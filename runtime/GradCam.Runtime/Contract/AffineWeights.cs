using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>
/// A per-channel y = a x + b, made at load from, in this order and each only where present: a batch norm with running statistics,
/// y = (x - Mean) / sqrt(Variance + Epsilon) * Weight + Bias (Ioffe and Szegedy 2015), then a factor, then a summand. The references are
/// one-value-per-channel tensors; the batch norm is present when <paramref name="Variance"/> is.
/// </summary>
/// <param name="Weight">The batch norm's gamma; 1 where absent.</param>
/// <param name="Bias">The batch norm's beta; 0 where absent.</param>
/// <param name="Mean">The running mean.</param>
/// <param name="Variance">The running variance.</param>
/// <param name="Epsilon">Added to the variance.</param>
/// <param name="Scale">A further factor.</param>
/// <param name="Shift">A further summand.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct AffineWeights(
    WeightRef Weight = default, WeightRef Bias = default, WeightRef Mean = default, WeightRef Variance = default, double Epsilon = 0,
    WeightRef Scale = default, WeightRef Shift = default)
{
    /// <summary>True when this is the identity.</summary>
    public bool IsEmpty => !Variance.IsPresent && !Scale.IsPresent && !Shift.IsPresent;
}
