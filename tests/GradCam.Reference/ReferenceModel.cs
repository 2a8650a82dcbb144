namespace GradCam.Reference;

/// <summary>A network and its weights in double precision.</summary>
/// <typeparam name="TNetwork">The network.</typeparam>
/// <param name="weights">Its weights.</param>
public sealed class ReferenceModel<TNetwork>(ReferenceWeights weights) : Model
    where TNetwork : INetwork
{
    /// <inheritdoc/>
    public override NetworkInfo Info => TNetwork.Info;

    /// <inheritdoc/>
    public override Executor CreateExecutor() => CreateExecutor(CreateWorkspace());

    /// <summary>A workspace for the network, full of NaN.</summary>
    public ReferenceWorkspace CreateWorkspace() => new(Info.WorkspaceLength);

    /// <summary>Makes an executor over a workspace that the caller can look into.</summary>
    public Executor CreateExecutor(ReferenceWorkspace workspace) =>
        new Executor<TNetwork, ReferenceBackend>(new ReferenceBackend(workspace, weights), workspace: null);

    /// <inheritdoc/>
    public override void Dispose()
    {
    }
}
