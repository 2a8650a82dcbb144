namespace GradCam.Gen.Model;

/// <summary>
/// A tensor of the backward slices: d logit / d a value, whole or the class's channel of it, or its sums over the pixels. Slices that need the same of a value,
/// in the same place, share it.
/// </summary>
/// <param name="Value">The value.</param>
/// <param name="Owner">The value in whose gradient it lies; its own, but for gradients that are passed on where they lie.</param>
/// <param name="Channel">Its first channel there.</param>
/// <param name="ClassChannel">Whether it is zero but for the class's channel, which is all that the tensor holds.</param>
/// <param name="IsSums">Whether it is the sums over the pixels.</param>
internal readonly record struct Gradient(int Value, int Owner, int Channel = 0, bool ClassChannel = false, bool IsSums = false)
{
    /// <summary>The gradient in whose buffer it lies: itself, or its owner's.</summary>
    public Gradient Root => this with { Value = Owner, Channel = 0 };
}
