namespace GradCam.Reference;

/// <summary>A network and its weights in double precision.</summary>
public abstract class ReferenceModel : Model
{
    /// <summary>A workspace for the network, full of NaN.</summary>
    public ReferenceWorkspace CreateWorkspace() => new(Info.WorkspaceLength);

    /// <summary>Makes an executor over a workspace that the caller can look into.</summary>
    public abstract Executor CreateExecutor(ReferenceWorkspace workspace);

    /// <inheritdoc/>
    protected override Executor CreateExecutorCore() => CreateExecutor(CreateWorkspace());

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

    public override Executor CreateExecutor(ReferenceWorkspace workspace) =>
        new Executor<TNetwork, ReferenceBackend>(new ReferenceBackend(workspace, weights), workspace: null);
}
