namespace GradCam.Gen.Model;

/// <summary>A piece of the workspace and the time it is in use.</summary>
internal sealed class WorkspaceBuffer
{
    public required Shape Shape { get; init; }

    public Edges Halo { get; set; }

    /// <summary>First and last position in the schedule (forward steps, then backward steps) at which it is in use.</summary>
    public int First { get; set; } = int.MaxValue;

    public int Last { get; set; } = -1;

    /// <summary>In floats.</summary>
    public long Offset { get; set; } = -1;

    public long Length => (long)Shape.Channels * (Halo.Top + Shape.Height + Halo.Bottom) * (Halo.Left + Shape.Width + Halo.Right);

    public long End => Offset + Length;

    public void UseAt(int position)
    {
        First = Math.Min(First, position);
        Last = Math.Max(Last, position);
    }

    public bool Overlaps(WorkspaceBuffer other) => First <= other.Last && other.First <= Last;
}

/// <summary>Where a value or a gradient lies: channels <see cref="Channel"/> and on of a buffer.</summary>
/// <param name="Buffer">The buffer.</param>
/// <param name="Channel">First channel.</param>
/// <param name="Shape">The value's shape.</param>
/// <param name="Owner">The value that the buffer is named after.</param>
internal sealed record Location(WorkspaceBuffer Buffer, int Channel, Shape Shape, int Owner)
{
    public bool IsWhole => Channel == 0 && Shape == Buffer.Shape;
}

/// <summary>The network as it runs: forward layers, backward steps and sums slices, and where everything lies.</summary>
/// <param name="Network">The layers.</param>
/// <param name="Chains">Convolutions that run together: all outputs but the last one's are not stored.</param>
/// <param name="Backward">The steps of the backward slices.</param>
/// <param name="SumsSlices">The slices to the sums of gradients over the pixels.</param>
/// <param name="Values">The places of the layers' outputs that are stored.</param>
/// <param name="Gradients">The places of the gradients and of their sums.</param>
/// <param name="WorkspaceLength">Floats.</param>
internal sealed record Plan(
    Network Network,
    IReadOnlyList<IReadOnlyList<Layer>> Chains,
    IReadOnlyList<BackwardStep> Backward,
    IReadOnlyList<SumsSlice> SumsSlices,
    IReadOnlyDictionary<int, Location> Values,
    IReadOnlyDictionary<Gradient, Location> Gradients,
    long WorkspaceLength)
{
    /// <summary>The slices, of all targets from a class, then of all from tensors.</summary>
    public IReadOnlyList<Slice> Slices { get; } =
        [.. Backward.SelectMany(step => step.Slices).Distinct().OrderBy(slice => slice.Seed).ThenBy(slice => slice.Target)];

    /// <summary>The steps of a backward slice.</summary>
    public IEnumerable<BackwardStep> Steps(Slice slice) => Backward.Where(step => step.Slices.Contains(slice));

    /// <summary>What a backward slice ends in: the target's gradient.</summary>
    public Gradient GradientOf(Slice slice) => Steps(slice).Last(step => step.Operand == Network.Targets[slice.Target].Id).To;
}
