using GradCam.Gen.Model;

namespace GradCam.Gen.Operations;

/// <summary>A layer but for its place in the network.</summary>
/// <param name="Operation">What it computes; null for a word that hands its operand on and makes no layer.</param>
/// <param name="Shape">Its output's shape.</param>
internal sealed record LayerDraft(Operation? Operation, Shape Shape)
{
    /// <summary>No layer: the operand as it is.</summary>
    public static LayerDraft Operand { get; } = new(null, default);

    /// <summary>Its operands, where they are not the rule's in their order.</summary>
    public IReadOnlyList<int>? Inputs { get; init; }

    public IReadOnlyList<WeightBinding> Weights { get; init; } = [];

    public Affine? Affine { get; init; }
}
