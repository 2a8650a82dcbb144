namespace GradCam.Gen.Model;

/// <summary>The sums over a target's pixels of d logit / d target: the backward slice to the end of a chain of layers, then steps on one pixel.</summary>
internal sealed record SumsSlice
{
    /// <summary>The target, by index.</summary>
    public required int Target { get; init; }

    /// <summary>The target's sums: what the last step makes, or where there are none the gradient of the chain's end, which is one pixel.</summary>
    public required Gradient Sums { get; init; }

    /// <summary>The values whose gradients are not computed: those of the chain of layers but its end, and flattened maps between them.</summary>
    public required IReadOnlyCollection<int> Passed { get; init; }

    /// <summary>The steps on sums, in running order. A pool needs none.</summary>
    public required IReadOnlyList<BackwardStep> Steps { get; init; }

    /// <summary>Whether a step of the target's backward slice runs, before <see cref="Steps"/>.</summary>
    public bool Runs(BackwardStep step) => step.Slices.Contains(new Slice(Target, SliceSeed.Class)) && !Passed.Contains(step.Operand);
}
