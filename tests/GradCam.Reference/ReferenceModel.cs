namespace GradCam.Reference;

/// <summary>A network and its weights in double precision.</summary>
public abstract class ReferenceModel : Model
{
    /// <summary>A workspace for the network, full of NaN.</summary>
    public ReferenceWorkspace CreateWorkspace() => new(Info.WorkspaceLength);

    /// <summary>Makes an executor over workspaces, one a sample, that the caller can look into.</summary>
    public abstract Executor CreateExecutorOver(params ReadOnlySpan<ReferenceWorkspace> workspaces);

    /// <summary>Makes an executor over a workspace that the caller can look into.</summary>
    public Executor CreateExecutor(ReferenceWorkspace workspace) => CreateExecutorOver(workspace);

    /// <inheritdoc/>
    protected override Executor CreateExecutorCore(int batch) => CreateExecutorOver([.. Enumerable.Range(0, batch).Select(_ => CreateWorkspace())]);

    /// <inheritdoc/>
    protected override void Free()
    {
    }
}

/// <summary>A network and its weights in double precision.</summary>
/// <typeparam name="TNetwork">The network.</typeparam>
/// <param name="weights">Its weights.</param>
internal sealed class ReferenceModel<TNetwork>(ReferenceWeights weights) : ReferenceModel
    where TNetwork : INetwork
{
    public override NetworkInfo Info => TNetwork.Info;

    public override Executor CreateExecutorOver(params ReadOnlySpan<ReferenceWorkspace> workspaces)
    {
        var backends = new ReferenceBackend[workspaces.Length];
        for (int i = 0; i < backends.Length; i++)
            backends[i] = new ReferenceBackend(workspaces[i], weights);
        return new Executor<TNetwork, ReferenceBackend>(backends, workspace: null);
    }
}
