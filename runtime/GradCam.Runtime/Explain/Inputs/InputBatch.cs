namespace GradCam.Explain.Inputs;

/// <summary>Memory for as many inputs as run at the same time.</summary>
/// <param name="executor">The workspace.</param>
/// <param name="runs">Its samples, from the first on.</param>
/// <param name="owned">What is disposed of with it; null where the workspace is the session's.</param>
internal sealed class InputBatch(Executor executor, ForwardRun[] runs, Executor? owned) : IDisposable
{
    /// <summary>Floats of workspace, at most, that are taken beside the session's own: 1 GiB.</summary>
    private const long MostFloats = 1L << 28;

    public Executor Executor => executor;

    public ForwardRun[] Runs => runs;

    public int Size => runs.Length;

    /// <summary>The session's own workspace where that has the room, and another one of the same network else.</summary>
    public static InputBatch For(Executor session, ForwardRun first)
    {
        int size = (int)Math.Clamp(MostFloats / Math.Max(1, session.Info.WorkspaceLength), 1, session.SamplesAtOnce);
        if (size > session.Batch)
        {
            Executor another = session.CreateAnother(size);
            return new InputBatch(another, [.. Enumerable.Range(0, size).Select(sample => new ForwardRun(another, sample))], another);
        }

        return new InputBatch(session, [first, .. Enumerable.Range(1, size - 1).Select(sample => new ForwardRun(session, sample))], null);
    }

    /// <inheritdoc/>
    public void Dispose() => owned?.Dispose();
}
