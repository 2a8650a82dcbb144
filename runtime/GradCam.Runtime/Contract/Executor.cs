using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>
/// A workspace and the network that runs in it. One thread at a time: a call while another thread is inside is an <see cref="InvalidOperationException"/>. It
/// keeps the network's weights in memory until it is disposed, but runs no more once the network is.
/// </summary>
/// <remarks>
/// After <see cref="Dispose"/>, or the model's, every call is an <see cref="ObjectDisposedException"/>. A call that is under way on another thread then
/// finishes, and frees the workspace.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Executor : IDisposable
{
    private UseGuard _guard;
    private Model? _model;

    /// <summary>Nobody disposed of it: its memory frees itself, and the model no longer has to wait.</summary>
    ~Executor() => _model?.RemoveUser();

    /// <summary>The network's description.</summary>
    public abstract NetworkInfo Info { get; }

    /// <summary>Called once, after the last call, when the workspace is freed.</summary>
    internal Action? Ended { get; set; }

    /// <summary>Runs the forward pass on a packed [height, width, channels] input.</summary>
    public void Forward(ReadOnlySpan<float> input) => Forward(input, TensorLayout.Hwc);

    /// <summary>Runs the forward pass on a packed input.</summary>
    /// <param name="input">As many floats as the input has elements.</param>
    /// <param name="layout">How they lie.</param>
    /// <exception cref="ArgumentException">The input has another length.</exception>
    public void Forward(ReadOnlySpan<float> input, TensorLayout layout)
    {
        if (layout is not (TensorLayout.Hwc or TensorLayout.Chw))
            throw new ArgumentOutOfRangeException(nameof(layout), layout, "Expected Chw or Hwc.");
        using Use use = Enter();
        ForwardCore(input, layout);
    }

    /// <summary>Runs the backward slice to a compiled layer, after <see cref="Forward(ReadOnlySpan{float}, TensorLayout)"/>.</summary>
    /// <param name="layer">Index into <see cref="NetworkInfo.Layers"/>.</param>
    /// <param name="class">Index of the logit.</param>
    /// <param name="seed">The gradient at the logit.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer or class.</exception>
    public void Backward(int layer, int @class, float seed)
    {
        CheckLayer(layer);
        CheckClass(@class);
        using Use use = Enter();
        BackwardCore(layer, @class, seed);
    }

    /// <summary>
    /// Computes the gradient's sums over the pixels of a compiled layer that has <see cref="LayerInfo.GradientSums"/>, after
    /// <see cref="Forward(ReadOnlySpan{float}, TensorLayout)"/>.
    /// </summary>
    /// <param name="layer">Index into <see cref="NetworkInfo.Layers"/>.</param>
    /// <param name="class">Index of the logit.</param>
    /// <param name="seed">The gradient at the logit.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer or class, or the layer has no sums.</exception>
    public void GradientSums(int layer, int @class, float seed)
    {
        CheckLayer(layer);
        CheckClass(@class);
        if (Info.Layers[layer].GradientSums.IsEmpty)
            throw new ArgumentOutOfRangeException(nameof(layer), layer, $"{Info.Name}: layer '{Info.Layers[layer].Name}' has no gradient sums.");
        using Use use = Enter();
        GradientSumsCore(layer, @class, seed);
    }

    /// <summary>Copies a tensor to a packed [height, width, channels] span.</summary>
    /// <param name="source">A tensor of the workspace.</param>
    /// <param name="destination">As long as the tensor.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tensor is empty or not all in the workspace.</exception>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    public void Read(in Tensor source, Span<float> destination)
    {
        if (!source.IsWithin(Info.WorkspaceLength))
            throw new ArgumentOutOfRangeException(nameof(source), source, $"{Info.Name}: not all in the workspace of {Info.WorkspaceLength} floats.");
        using Use use = Enter();
        ReadCore(source, destination);
    }

    /// <summary>A forward pass on a packed [height, width, channels] input, through a decorator.</summary>
    internal void Forward(ReadOnlySpan<float> input, PassDecorator decorator)
    {
        using Use use = Enter();
        ForwardCore(input, decorator);
    }

    /// <summary>A backward slice through a decorator, as one without.</summary>
    internal void Backward(int layer, int @class, float seed, PassDecorator decorator)
    {
        CheckLayer(layer);
        CheckClass(@class);
        using Use use = Enter();
        BackwardCore(layer, @class, seed, decorator);
    }

    /// <summary>Frees the workspace: now, or at the end of the call that another thread is in.</summary>
    public void Dispose()
    {
        if (_guard.Close())
            End();
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// What <see cref="Forward(ReadOnlySpan{float}, TensorLayout)"/> does, on one thread at a time and before <see cref="Free"/>. So for all of these.
    /// </summary>
    protected abstract void ForwardCore(ReadOnlySpan<float> input, TensorLayout layout);

    /// <summary>What <see cref="Backward(int, int, float)"/> does: layer and class are there.</summary>
    protected abstract void BackwardCore(int layer, int @class, float seed);

    /// <summary>What <see cref="GradientSums"/> does: layer and class are there, and the layer has sums.</summary>
    protected abstract void GradientSumsCore(int layer, int @class, float seed);

    /// <summary>What <see cref="Forward(ReadOnlySpan{float}, PassDecorator)"/> does.</summary>
    private protected virtual void ForwardCore(ReadOnlySpan<float> input, PassDecorator decorator) => throw NoSchedule();

    /// <summary>What <see cref="Backward(int, int, float, PassDecorator)"/> does: layer and class are there.</summary>
    private protected virtual void BackwardCore(int layer, int @class, float seed, PassDecorator decorator) => throw NoSchedule();

    /// <summary>What <see cref="Read"/> does: the tensor is in the workspace.</summary>
    protected abstract void ReadCore(in Tensor source, Span<float> destination);

    /// <summary>Frees the workspace. Called once at most: not where nobody disposes, so native memory needs an owner with a finalizer.</summary>
    protected abstract void Free();

    /// <summary>Begins a call, of a session or of its own.</summary>
    /// <returns>To be disposed at its end.</returns>
    /// <param name="session">The session; null for none.</param>
    internal Use Enter(object? session = null)
    {
        // A call that is under way may finish.
        if (!_guard.TryEnterAgain() && (_model is { IsDisposed: true } || !_guard.TryEnter()))
            throw Refusal(session);
        return new Use(this);
    }

    /// <summary>Takes a model, which has counted it already.</summary>
    internal void Attach(Model model) => _model = model;

    private NotSupportedException NoSchedule() =>
        new($"{GetType().Name} of {Info.Name} runs no generated schedule, so its gates cannot be changed.");

    private void CheckLayer(int layer)
    {
        if ((uint)layer >= (uint)Info.Layers.Count)
            throw new ArgumentOutOfRangeException(nameof(layer), layer, $"{Info.Name} was compiled to explain {Info.Layers.Count} layer(s).");
    }

    private void CheckClass(int @class)
    {
        int count = Info.Logits.Channels;
        if ((uint)@class >= (uint)count)
            throw new ArgumentOutOfRangeException(nameof(@class), @class, $"{Info.Name} has {count} classes, 0 to {count - 1}.");
    }

    private Exception Refusal(object? session)
    {
        if (_model is { IsDisposed: true } model)
            return model.Disposed();
        string name = session is null ? $"Executor of {Info.Name}" : session.GetType().FullName!.Replace('+', '.');
        return _guard.IsClosing
            ? new ObjectDisposedException(name)
            : new InvalidOperationException(
                $"{name} is in use by another thread; make one session per thread with CreateSession(), or borrow one with RentSession().");
    }

    private void End()
    {
        try
        {
            Ended?.Invoke();
            Free();
        }
        finally
        {
            _model?.RemoveUser();
            _model = null;
        }
    }

    /// <summary>A call under way.</summary>
    internal readonly ref struct Use(Executor executor)
    {
        /// <summary>Ends it.</summary>
        public void Dispose()
        {
            if (executor._guard.Leave())
                executor.End();
        }
    }
}

/// <summary>Runs a network on a backend.</summary>
/// <typeparam name="TNetwork">The network.</typeparam>
/// <typeparam name="TBackend">The backend, a struct so that the schedule is compiled for it.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class Executor<TNetwork, TBackend> : Executor
    where TNetwork : INetwork
    where TBackend : struct, IBackend
{
    private readonly IDisposable? _workspace;
    private TBackend _backend;

    /// <summary>Takes a backend over its workspace.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="workspace">Disposed with the executor.</param>
    public Executor(TBackend backend, IDisposable? workspace)
    {
        _backend = backend;
        _workspace = workspace;
    }

    /// <inheritdoc/>
    public override NetworkInfo Info => TNetwork.Info;

    /// <inheritdoc/>
    protected override void ForwardCore(ReadOnlySpan<float> input, TensorLayout layout)
    {
        _backend.Write(input, layout, TNetwork.Info.Input);
        TNetwork.RunForward(ref _backend);
    }

    /// <inheritdoc/>
    protected override void BackwardCore(int layer, int @class, float seed) => TNetwork.RunBackward(ref _backend, layer, @class, seed);

    /// <inheritdoc/>
    private protected override void ForwardCore(ReadOnlySpan<float> input, PassDecorator decorator)
    {
        _backend.Write(input, TensorLayout.Hwc, TNetwork.Info.Input);
        decorator.RunForward<TNetwork, TBackend>(ref _backend);
    }

    /// <inheritdoc/>
    private protected override void BackwardCore(int layer, int @class, float seed, PassDecorator decorator) =>
        decorator.RunBackward<TNetwork, TBackend>(ref _backend, layer, @class, seed);

    /// <inheritdoc/>
    protected override void GradientSumsCore(int layer, int @class, float seed) => TNetwork.RunGradientSums(ref _backend, layer, @class, seed);

    /// <inheritdoc/>
    protected override void ReadCore(in Tensor source, Span<float> destination) => _backend.Read(source, destination);

    /// <inheritdoc/>
    protected override void Free() => _workspace?.Dispose();
}
