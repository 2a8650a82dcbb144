using System.ComponentModel;
using GradCam.Numerics;

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
    private readonly int[] _oneClass = new int[1];
    private UseGuard _guard;
    private Model? _model;

    /// <summary>Nobody disposed of it: its memory frees itself, and the model no longer has to wait.</summary>
    ~Executor() => _model?.RemoveUser();

    /// <summary>The network's description.</summary>
    public abstract NetworkInfo Info { get; }

    /// <summary>Called once, after the last call, when the workspace is freed.</summary>
    internal Action? Ended { get; set; }

    /// <summary>Samples that it has memory for: of each, everything that <see cref="NetworkInfo"/> describes.</summary>
    public virtual int Batch => 1;

    /// <summary>Writes an input of a sample.</summary>
    /// <param name="input">Index into <see cref="NetworkInfo.Inputs"/>.</param>
    /// <param name="values">Packed; as many floats as the input has elements.</param>
    /// <param name="layout">How they lie.</param>
    /// <param name="sample">The sample.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such input, sample or layout.</exception>
    /// <exception cref="ArgumentException">The input has another length.</exception>
    public void WriteInput(int input, ReadOnlySpan<float> values, TensorLayout layout = TensorLayout.Hwc, int sample = 0)
    {
        if ((uint)input >= (uint)Info.Inputs.Count)
            throw new ArgumentOutOfRangeException(nameof(input), input, $"{Info.Name} has {Info.Inputs.Count} input(s).");
        if (layout is not (TensorLayout.Hwc or TensorLayout.Chw))
            throw new ArgumentOutOfRangeException(nameof(layout), layout, "Expected Chw or Hwc.");
        CheckSamples(sample, 1);
        using Use use = Enter();
        WriteCore(sample, Info.Inputs[input].Tensor, values, layout);
    }

    /// <summary>Writes a compiled layer's activation, for <see cref="PassKind.Suffix"/>.</summary>
    /// <param name="layer">Index into <see cref="NetworkInfo.Layers"/>, of a layer with <see cref="LayerInfo.HasSuffix"/>.</param>
    /// <param name="values">Packed [height, width, channels].</param>
    /// <param name="sample">The sample.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer or sample, or the layer has no suffix.</exception>
    /// <exception cref="ArgumentException">The activation has another length.</exception>
    public void WriteActivation(int layer, ReadOnlySpan<float> values, int sample = 0)
    {
        Check(new SchedulePass { Kind = PassKind.Suffix, Layer = layer });
        CheckSamples(sample, 1);
        using Use use = Enter();
        WriteCore(sample, Info.Layers[layer].Activation, values, TensorLayout.Hwc);
    }

    /// <summary>Writes the gradient at an output, for <see cref="PassKind.SeededBackward"/>.</summary>
    /// <param name="output">Index into <see cref="NetworkInfo.Outputs"/>, of an output with <see cref="OutputInfo.Seed"/>.</param>
    /// <param name="gradient">Packed [height, width, channels], as the output.</param>
    /// <param name="sample">The sample.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such output or sample, or the output has no seed.</exception>
    /// <exception cref="ArgumentException">The gradient has another length.</exception>
    public void WriteSeed(int output, ReadOnlySpan<float> gradient, int sample = 0)
    {
        if ((uint)output >= (uint)Info.Outputs.Count || Info.Outputs[output].Seed.IsEmpty)
            throw new ArgumentOutOfRangeException(nameof(output), output, $"{Info.Name} has no output of that number that a compiled layer influences.");
        CheckSamples(sample, 1);
        using Use use = Enter();
        WriteCore(sample, Info.Outputs[output].Seed, gradient, TensorLayout.Hwc);
    }

    /// <summary>Runs a part of the schedule: a forward pass after all inputs are written, the others after a forward pass.</summary>
    /// <param name="pass">
    /// Which part. A seeded slice uses the seeds up: write them again for the next one, and one for each output that the layer influences.
    /// </param>
    /// <param name="first">The first sample.</param>
    /// <param name="count">Samples.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer, class or sample, or the layer has no such slice.</exception>
    public void Run(in SchedulePass pass, int first = 0, int count = 1)
    {
        CheckSamples(first, count);
        Check(pass);
        if (pass.HasClass && pass.Classes.Length != 1 && pass.Classes.Length != count)
            throw new ArgumentOutOfRangeException(nameof(pass), pass.Classes.Length, $"Expected a class for each of {count} samples, or one for all.");
        using Use use = Enter();
        Runs++;
        RunCore(pass, first, count);
    }

    /// <summary>
    /// Runs the forward pass on a packed [height, width, channels] input: <see cref="WriteInput"/> and <see cref="Run"/> for a network of one input.
    /// </summary>
    public void Forward(ReadOnlySpan<float> input) => Forward(input, TensorLayout.Hwc);

    /// <summary>Runs the forward pass on a packed input: <see cref="WriteInput"/> and <see cref="Run"/> for a network of one input.</summary>
    /// <param name="input">As many floats as the input has elements.</param>
    /// <param name="layout">How they lie.</param>
    /// <exception cref="ArgumentException">The input has another length.</exception>
    public void Forward(ReadOnlySpan<float> input, TensorLayout layout)
    {
        using Use use = Enter();
        WriteInput(0, input, layout);
        Run(new SchedulePass { Kind = PassKind.Forward });
    }

    /// <summary>Runs the backward slice from a class to a compiled layer: <see cref="Run"/> for the first sample.</summary>
    /// <param name="layer">Index into <see cref="NetworkInfo.Layers"/>.</param>
    /// <param name="class">Index of the logit.</param>
    /// <param name="seed">The gradient at the logit.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer or class, or the first output is a map.</exception>
    public void Backward(int layer, int @class, float seed) => RunFromClass(PassKind.Backward, layer, @class, seed);

    /// <summary>
    /// Computes the gradient's sums over the pixels of a compiled layer that has <see cref="LayerInfo.GradientSums"/>: <see cref="Run"/> for the first
    /// sample.
    /// </summary>
    /// <param name="layer">Index into <see cref="NetworkInfo.Layers"/>.</param>
    /// <param name="class">Index of the logit.</param>
    /// <param name="seed">The gradient at the logit.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer or class, or the layer has no sums.</exception>
    public void GradientSums(int layer, int @class, float seed) => RunFromClass(PassKind.GradientSums, layer, @class, seed);

    /// <summary>Runs the backward slice from the outputs' seeds to a compiled layer: <see cref="Run"/> for the first sample.</summary>
    /// <param name="layer">Index into <see cref="NetworkInfo.Layers"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public void SeededBackward(int layer) => Run(new SchedulePass { Kind = PassKind.SeededBackward, Layer = layer });

    /// <summary>Copies a tensor to a packed [height, width, channels] span.</summary>
    /// <param name="source">A tensor of the workspace.</param>
    /// <param name="destination">As long as the tensor.</param>
    /// <param name="sample">The sample.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tensor is empty or not all in the workspace, or there is no such sample.</exception>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    public void Read(in Tensor source, Span<float> destination, int sample = 0)
    {
        if (!source.IsWithin(Info.WorkspaceLength))
            throw new ArgumentOutOfRangeException(nameof(source), source, $"{Info.Name}: not all in the workspace of {Info.WorkspaceLength} floats.");
        CheckSamples(sample, 1);
        using Use use = Enter();
        ReadCore(sample, source, destination);
    }

    /// <summary>Frees the workspace: now, or at the end of the call that another thread is in.</summary>
    public void Dispose()
    {
        if (_guard.Close())
            End();
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// What <see cref="Run"/> does, on one thread at a time and before <see cref="Free"/>: so for all of these. Samples, layer and classes are there.
    /// </summary>
    protected abstract void RunCore(in SchedulePass pass, int first, int count);

    /// <summary>Writes a tensor of a sample's workspace.</summary>
    /// <exception cref="ArgumentException">It has another length.</exception>
    protected abstract void WriteCore(int sample, in Tensor destination, ReadOnlySpan<float> values, TensorLayout layout);

    /// <summary>What <see cref="Read"/> does: the tensor is in the workspace.</summary>
    protected abstract void ReadCore(int sample, in Tensor source, Span<float> destination);

    /// <summary>Frees the workspace. Called once at most: not where nobody disposes, so native memory needs an owner with a finalizer.</summary>
    protected abstract void Free();

    /// <summary>Counts what has run, and so tells whether the workspace is as a part of the schedule has left it.</summary>
    internal long Runs { get; private set; }

    /// <summary>Samples that run at the same time, where a pass has as many: the threads of a backend that gives each its own.</summary>
    internal virtual int SamplesAtOnce => 1;

    /// <summary>How what a session makes of the results is computed.</summary>
    internal virtual Arithmetic Arithmetic => MachineArithmetic.Instance;

    /// <summary>What computes, in a word.</summary>
    internal virtual string BackendName => GetType().Name.Split('`')[0];

    /// <summary>Runs a part of the schedule on the first sample through a decorator, as <see cref="Run"/> does without.</summary>
    internal void RunDecorated(in SchedulePass pass, PassDecorator decorator)
    {
        Check(pass);
        using Use use = Enter();
        Runs++;
        RunDecoratedCore(pass, decorator);
    }

    /// <summary>What <see cref="RunDecorated"/> does.</summary>
    private protected virtual void RunDecoratedCore(in SchedulePass pass, PassDecorator decorator) =>
        throw new NotSupportedException($"{GetType().Name} of {Info.Name} runs no generated schedule, so its gates cannot be changed.");

    /// <summary>What the network's operations add; null where no compiled layer is an input, or the backend keeps none.</summary>
    internal virtual LayerBiases? Biases => _model?.Biases;

    /// <summary>Lets another backend meet the operations of a part of the schedule; nothing is computed here.</summary>
    /// <returns>False where there is no schedule to meet.</returns>
    internal virtual bool TryTrace<TTracer>(ref TTracer tracer, in SchedulePass pass)
        where TTracer : struct, IBackend => false;

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

    /// <summary>Another workspace of the same network, to be disposed of by the caller.</summary>
    /// <param name="batch">Samples.</param>
    internal Executor CreateAnother(int batch) => (_model ?? throw new InvalidOperationException("The executor belongs to no model.")).CreateExecutor(batch);

    private void RunFromClass(PassKind kind, int layer, int @class, float seed)
    {
        _oneClass[0] = @class;
        Run(new SchedulePass { Kind = kind, Layer = layer, Classes = _oneClass, Seed = seed });
    }

    private void CheckSamples(int first, int count)
    {
        if (first < 0 || count < 1 || first > Batch - count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(first), first, $"This executor of {Info.Name} holds {Batch} sample(s); {count} from there are too many.");
        }
    }

    private void Check(in SchedulePass pass)
    {
        if (pass.Kind == PassKind.Forward)
            return;
        int layer = pass.Layer;
        CheckIndex(layer, Info.Layers.Count, nameof(layer), "was compiled to explain", "layer(s)");
        LayerInfo info = Info.Layers[layer];
        string? lacks = pass.Kind switch
        {
            PassKind.Backward when info.Gradient.IsEmpty => "backward slice from a class",
            PassKind.GradientSums when info.GradientSums.IsEmpty => "gradient sums",
            PassKind.Suffix when !info.HasSuffix => "suffix; it takes [GradCam(\"…\", Suffix = true)]",
            _ => null,
        };
        if (lacks is not null)
            throw new ArgumentOutOfRangeException(nameof(pass), layer, $"{Info.Name}: layer '{info.Name}' has no {lacks}.");
        if (!pass.HasClass)
            return;
        foreach (int @class in pass.Classes.Span)
            CheckIndex(@class, Info.Logits.Channels, nameof(@class), "has", "classes");
    }

    private void CheckIndex(int index, int count, string parameter, string verb, string what)
    {
        if ((uint)index >= (uint)count)
            throw new ArgumentOutOfRangeException(parameter, index, $"{Info.Name} {verb} {count} {what}, from 0 on.");
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

/// <summary>Runs a network on a backend, sample after sample.</summary>
/// <typeparam name="TNetwork">The network.</typeparam>
/// <typeparam name="TBackend">The backend, a struct so that the schedule is compiled for it.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public class Executor<TNetwork, TBackend> : Executor
    where TNetwork : INetwork
    where TBackend : struct, IBackend
{
    private readonly IDisposable? _workspace;
    private readonly TBackend[] _backends;

    /// <summary>Takes backends over their workspaces.</summary>
    /// <param name="backends">A backend for each sample.</param>
    /// <param name="workspace">Disposed with the executor.</param>
    public Executor(ReadOnlySpan<TBackend> backends, IDisposable? workspace)
    {
        _backends = backends.ToArray();
        _workspace = workspace;
    }

    /// <summary>Takes a backend over its workspace.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="workspace">Disposed with the executor.</param>
    public Executor(TBackend backend, IDisposable? workspace)
        : this([backend], workspace)
    {
    }

    /// <inheritdoc/>
    public override NetworkInfo Info => TNetwork.Info;

    /// <inheritdoc/>
    public override int Batch => _backends.Length;

    /// <inheritdoc/>
    protected override void RunCore(in SchedulePass pass, int first, int count)
    {
        for (int i = 0; i < count; i++)
            RunSample(pass, first + i, i);
    }

    /// <summary>Runs a sample.</summary>
    /// <param name="pass">Which part.</param>
    /// <param name="sample">The sample.</param>
    /// <param name="index">Its place among those that run: the index of its class.</param>
    private protected void RunSample(in SchedulePass pass, int sample, int index) => pass.Run<TNetwork, TBackend>(ref _backends[sample], index);

    /// <inheritdoc/>
    internal override string BackendName => typeof(TBackend).Name;

    private protected override void RunDecoratedCore(in SchedulePass pass, PassDecorator decorator) =>
        decorator.Run<TNetwork, TBackend>(ref _backends[0], pass);

    /// <inheritdoc/>
    protected override void WriteCore(int sample, in Tensor destination, ReadOnlySpan<float> values, TensorLayout layout) =>
        _backends[sample].Write(values, layout, destination);

    /// <inheritdoc/>
    protected override void ReadCore(int sample, in Tensor source, Span<float> destination) => _backends[sample].Read(source, destination);

    /// <inheritdoc/>
    protected override void Free() => _workspace?.Dispose();

    /// <inheritdoc/>
    internal override bool TryTrace<TTracer>(ref TTracer tracer, in SchedulePass pass)
    {
        pass.Run<TNetwork, TTracer>(ref tracer, 0);
        return true;
    }
}
