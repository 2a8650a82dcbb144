namespace GradCam.Gen.Model;

/// <summary>The sums over a target's pixels of d logit / d target: the backward slice to the end of a chain of layers, then steps on one pixel.</summary>
internal sealed record SumsSlice
{
    /// <summary>The target, by index.</summary>
    public required int Target { get; init; }

    /// <summary>The values whose sums are known in turn: from the chain's end to the target.</summary>
    public required IReadOnlyList<int> Chain { get; init; }

    /// <summary>The values whose gradients are not computed: those of the chain but its end, and flattened maps between them.</summary>
    public required IReadOnlyCollection<int> Passed { get; init; }

    /// <summary>The steps on sums, in running order. A pool needs none.</summary>
    public required IReadOnlyList<BackwardStep> Steps { get; init; }

    /// <summary>Whether a step of the target's backward slice runs, before <see cref="Steps"/>.</summary>
    public bool Runs(BackwardStep step) => step.Targets.Contains(Target) && !Passed.Contains(step.Operand);
}
