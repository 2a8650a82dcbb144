namespace GradCam;

/// <summary>How a long explanation runs: who hears of its progress, who may stop it, and where its random numbers begin.</summary>
public sealed record ExplainOptions
{
    /// <summary>The options that stand for none.</summary>
    internal static ExplainOptions Default { get; } = new();

    /// <summary>Hears the share that is done, from 0 to 1, on the thread that runs the method; null for nobody.</summary>
    public IProgress<double>? Progress { get; init; }

    /// <summary>
    /// Stops the method with an <see cref="OperationCanceledException"/>. It is looked at before every forward and backward pass, so at most one pass is
    /// finished first, and where much is computed between two.
    /// </summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>
    /// Where the random numbers of noise, masks and samples begin. The same seed gives the same bits on every machine, from run to run and for any number of
    /// threads; another seed gives other samples.
    /// </summary>
    [CLSCompliant(false)]
    public ulong Seed { get; init; }
}
