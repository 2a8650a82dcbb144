using GradCam.Conformance.Cases;

namespace GradCam.Conformance;

/// <summary>
/// An operation's case on any backend, reached as a generated network is: through its provider, model and executor. The whole workspace is the network's input,
/// so that <see cref="IMapBackend.Write"/> fills it and <see cref="IMapBackend.Read"/> gives it back.
/// </summary>
public sealed class ProviderRun : ICaseRun
{
    private readonly CaseNetwork.Use _use;
    private readonly Model _model;
    private readonly Executor _executor;
    private readonly Tensor _workspace;

    /// <summary>Prepares a case.</summary>
    /// <param name="operation">The case.</param>
    /// <param name="backend">The backend.</param>
    /// <param name="options">Its options.</param>
    public ProviderRun(OperationCase operation, BackendProvider backend, NetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(backend);
        _use = new CaseNetwork.Use(operation);
        _workspace = _use.Info.Input;
        using CaseNetwork.Use.Scope scope = _use.Enter();
        _model = backend.Prepare<CaseNetwork>(operation.WeightSource(), options);
        _executor = _model.CreateExecutor();
    }

    /// <inheritdoc/>
    public void Forward(ReadOnlySpan<float> workspace)
    {
        using CaseNetwork.Use.Scope scope = _use.Enter();
        _executor.Forward(workspace);
    }

    /// <inheritdoc/>
    public void Backward()
    {
        using CaseNetwork.Use.Scope scope = _use.Enter();
        _executor.Backward(layer: 0, @class: 0, seed: 1);
    }

    /// <inheritdoc/>
    public float[] ReadWorkspace() => Read(_workspace);

    /// <inheritdoc/>
    public float[] Read(in Tensor tensor)
    {
        float[] map = new float[tensor.Length];
        using CaseNetwork.Use.Scope scope = _use.Enter();
        _executor.Read(tensor, map);
        return map;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        using CaseNetwork.Use.Scope scope = _use.Enter();
        _executor.Dispose();
        _model.Dispose();
    }
}
