namespace GradCam.Gen.Model;

/// <summary>How a backward step passes the gradient on.</summary>
internal enum BackwardKind
{
    /// <summary>The gradient of the logits themselves: one at the class, zero elsewhere.</summary>
    Seed,

    /// <summary>Nothing runs: the gradient of an output, which whoever runs the slice has written.</summary>
    Given,

    /// <summary>From the logit straight through the last linear layer: one row of its matrix.</summary>
    Row,

    /// <summary>The layer's operation, differentiated with respect to an operand.</summary>
    Operation,

    /// <summary>A copy or sum: a residual, an operand of a sum, a concatenation or a slice.</summary>
    Pass,

    /// <summary>Nothing runs: the operand's gradient is the layer's, or a part of it, where it lies.</summary>
    Alias,

    /// <summary>Zeros, before a slice's gradient is added to some of the channels.</summary>
    Clear,

    /// <summary>The layer's own fused activation is differentiated, in place.</summary>
    Gate,

    /// <summary>The layer's gradient is summed over its pixels.</summary>
    Sum,
}

/// <summary>One step of the backward slices: part of the gradient of <see cref="Layer"/> goes to the gradient of <see cref="Operand"/>.</summary>
internal sealed record BackwardStep
{
    public required BackwardKind Kind { get; init; }

    public required Layer Layer { get; init; }

    /// <summary>The value whose gradient the step writes; the layer's own for <see cref="BackwardKind.Seed"/> and <see cref="BackwardKind.Gate"/>.</summary>
    public required int Operand { get; init; }

    /// <summary>Adds to the operand's gradient, instead of writing it.</summary>
    public bool Accumulate { get; init; }

    /// <summary>The step completes the operand's gradient and takes the operand's fused activation off it.</summary>
    public bool Gated { get; init; }

    /// <summary>
    /// In a concatenation: where the operand's channels begin in the layer's gradient. In a slice: where the layer's channels begin in the operand's.
    /// </summary>
    public int Channel { get; init; }

    /// <summary>Runs in place: operand's and layer's gradient are one buffer.</summary>
    public bool InPlace { get; init; }

    /// <summary>What it reads of the layer's gradient; null where that is nothing.</summary>
    public Gradient? From { get; init; }

    /// <summary>What it writes of the operand's gradient.</summary>
    public required Gradient To { get; init; }

    /// <summary>The layer's gradient is zero but for the class's channel, which is all that its tensor holds.</summary>
    public bool FromClassChannel => From is { ClassChannel: true };

    /// <summary>The same of the operand's gradient.</summary>
    public bool ToClassChannel => To.ClassChannel;

    /// <summary>What it makes are the gradient's sums over the pixels: a step of a <see cref="SumsSlice"/>.</summary>
    public bool OnSums => To.IsSums;

    /// <summary>The slices that hold this step. Empty for steps on sums.</summary>
    public IReadOnlyList<Slice> Slices { get; init; } = [];
}

/// <summary>A backward slice.</summary>
/// <param name="Target">The target that it ends at, by index.</param>
/// <param name="Seed">What it begins with.</param>
internal readonly record struct Slice(int Target, SliceSeed Seed);

/// <summary>What a backward slice begins with.</summary>
internal enum SliceSeed
{
    /// <summary>A class: one logit of the first output, a vector.</summary>
    Class,

    /// <summary>Gradients of all outputs that the target influences, from outside.</summary>
    Tensors,
}
