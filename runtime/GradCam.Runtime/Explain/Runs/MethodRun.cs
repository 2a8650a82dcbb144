using GradCam.Explain.Maps;
using GradCam.Numerics;
using GradCam.Planning;

namespace GradCam.Explain.Runs;

/// <summary>
/// What a method is given that runs the network again: the session's input, the layer's maps, and runs on other inputs or activations, in batches over all
/// cores.
/// </summary>
/// <remarks>
/// Runs on other inputs take a workspace of their own, so that the session's results stay. So do runs of the suffix, which begin with the session's forward
/// pass; only where the suffix is but a pooled linear head they take the session's workspace, which is as it was afterwards.
/// </remarks>
internal sealed class MethodRun : IRerun
{
    private readonly Executor _session;
    private readonly ForwardRun _pass;
    private readonly Seeds _seeds;
    private readonly OutputStore _store;
    private readonly RunCounter _counter = new();
    private readonly ForwardRun _sessionOutputs;
    private readonly int[] _class = new int[1];
    private readonly PackedMaps _maps;
    private LayerCurvature? _curvature;
    private Executor? _batch;
    private ForwardRun[] _samples = [];
    private LayerBuffers _buffers = null!;
    private Explained _explained;
    private ExplainOptions _options = ExplainOptions.Default;
    private CamMethod _method = CamMethod.GradCam;
    private Memory<float> _map;
    private double[] _sums = [];
    private float[] _values = [];
    private float[] _activations = [];
    private float[] _gradients = [];
    private int _primedLayer = -1;

    /// <param name="session">The session's workspace.</param>
    /// <param name="pass">The session's forward pass.</param>
    public MethodRun(Executor session, ForwardRun pass)
    {
        (_session, _pass) = (session, pass);
        _seeds = new Seeds(session.Info);
        _maps = new PackedMaps(session.Arithmetic);
        _store = new OutputStore(session.Info);
        _sessionOutputs = new ForwardRun(session, pass.Sample);
    }

    public NetworkInfo Info => _session.Info;

    /// <summary>How sums are taken, and the like.</summary>
    public Arithmetic Arithmetic => _session.Arithmetic;

    /// <summary>The layer's index.</summary>
    public int Layer { get; private set; }

    /// <summary>The layer's maps, for which the method's computation is written.</summary>
    public IMapOperations Maps => IsSmooth ? _maps.EigenSmooth : _maps;

    /// <summary>Whether principal components are in the place of sums over channels.</summary>
    public bool IsSmooth { get; private set; }

    /// <summary>The map, [height, width] of the layer.</summary>
    public Span<float> Map => _map.Span;

    /// <summary>The layer's shape.</summary>
    public Tensor Shape => Info.Layers[Layer].Activation;

    /// <summary>Room for a number a channel.</summary>
    public Span<double> ChannelSums
    {
        get
        {
            if (_sums.Length < Shape.Channels)
                _sums = new double[Shape.Channels];
            return _sums.AsSpan(0, Shape.Channels);
        }
    }

    /// <summary>The first input's shape.</summary>
    public Tensor InputShape => Info.Input;

    /// <summary>The session's first input, packed [height, width, channels].</summary>
    public ReadOnlySpan<float> Input => _pass.GetInput(0);

    /// <summary>The layer's activations in the session's forward pass, [pixels, channels].</summary>
    public ReadOnlyMemory<float> Activations => _buffers.Activations(_session, _pass.Sample);

    /// <summary>The target's gradients in the session's forward pass, likewise.</summary>
    public ReadOnlyMemory<float> Gradients => _buffers.Gradients(_session, Layer, _explained, _seeds, _pass);

    /// <summary>What follows the layer.</summary>
    public LayerTail Tail => _buffers.Tail(_session, Layer);

    /// <summary>What is explained.</summary>
    public Target Target => _explained.Target ?? (_explained.Factor == 1 ? Target.Logit(_explained.Class) : _explained.Factor * Target.Logit(_explained.Class));

    /// <summary>Where random numbers begin.</summary>
    public ulong Seed => _options.Seed;

    /// <inheritdoc/>
    public void Forget()
    {
        _store.Forget();
        _primedLayer = -1;
    }

    /// <inheritdoc/>
    public void Compute(CamMethod method, LayerBuffers buffers, int layer, in Explained explained, Memory<float> map, ExplainOptions options)
    {
        (_method, _buffers, Layer, _explained, _map, _options) = (method, buffers, layer, explained, map, options);
        _counter.Begin(options);
        _maps.Begin(Activations, default, default, map);
        IsSmooth = false;
        method.Compute(this);
        _counter.End();
    }

    /// <summary>Computes a method's raw map with principal components in the place of sums over channels.</summary>
    public void ComputeSmooth(CamMethod method)
    {
        IsSmooth = true;
        method.Compute(this);
    }

    /// <summary>How many runs it takes, for who hears of the progress.</summary>
    public void Plan(long runs) => _counter.Plan(runs);

    /// <summary>y of the session's forward pass.</summary>
    public double Score() => _seeds.Evaluate(Target, _pass);

    /// <summary>y of forward passes on other inputs; what else the network takes stays.</summary>
    /// <param name="write">Makes the first input.</param>
    /// <param name="scores">As many as there are runs.</param>
    /// <param name="isKept">Whether the inputs depend on session, method, layer and seed alone, so that their outputs may be kept for other targets.</param>
    public void Score(RunWriter write, Span<double> scores, bool isKept = true) => Score(write, scores, isKept, RunForward, isHere: false);

    /// <summary>y of runs from the layer on, with other activations.</summary>
    /// <param name="write">Makes the activations, [pixels, channels].</param>
    /// <param name="scores">As many as there are runs.</param>
    public void ScoreSuffix(RunWriter write, Span<double> scores)
    {
        RequireSuffix();
        bool isHere = Tail == LayerTail.PooledLinear;
        Score(write, scores, isKept: true, isHere ? RunSuffixHere : RunSuffix, isHere);
    }

    /// <summary>Activations and gradients at a layer of forward passes on other inputs; the gradients are the target's there.</summary>
    /// <param name="count">Runs.</param>
    /// <param name="write">Makes the first input.</param>
    /// <param name="read">Takes them.</param>
    /// <param name="layer">A compiled layer.</param>
    public void Differentiate(int count, RunWriter write, LayerReader read, int layer)
    {
        LayerInfo info = Info.Layers[layer];
        Explained explained = Explained.Of(Target, Info, info);
        Tensor gradient = explained.Target is null ? info.Gradient : info.SeededGradient;
        int length = info.Activation.Length;
        Reserve(ref _activations, length);
        Reserve(ref _gradients, length);
        RunForward(count, write, (first, runs) =>
        {
            for (int i = 0; i < runs && explained.Target is not null; i++)
            {
                _seeds.Evaluate(explained.Target, _samples[i]);
                _seeds.Write(_batch!, layer, i);
            }

            _batch!.Run(LayerBuffers.Pass(explained, layer, _class), 0, runs);
            for (int i = 0; i < runs; i++)
            {
                _batch.Read(info.Activation, _activations.AsSpan(0, length), i);
                _batch.Read(gradient, _gradients.AsSpan(0, length), i);
                read(first + i, _activations.AsMemory(0, length), _gradients.AsMemory(0, length));
            }
        });
    }

    /// <summary>A forward pass on another input, and the target's gradient of it at a layer.</summary>
    /// <returns>y.</returns>
    /// <param name="write">Makes the first input.</param>
    /// <param name="read">Takes the gradient.</param>
    /// <param name="layer">A compiled layer.</param>
    public double Differentiate(Action<Span<float>> write, Action<ReadOnlySpan<float>> read, int layer)
    {
        double score = 0;
        Differentiate(1, (_, values) => write(values), (_, _, gradient) =>
        {
            score = _seeds.Evaluate(Target, _samples[0]);
            read(gradient.Span);
        }, layer);
        return score;
    }

    /// <summary>The derivative of the target's gradient along the activations, in the session's forward pass.</summary>
    public ReadOnlyMemory<float> GradientAlongActivations()
    {
        _curvature ??= new LayerCurvature(_session, _pass, _seeds, _counter);
        return _curvature.Along(Target, Layer, Activations.Span, Tail, _method);
    }

    /// <summary>The compiled layer that is the input.</summary>
    /// <exception cref="NotSupportedException">It was not compiled.</exception>
    public int RequireInputLayer() => Info.IndexOfInputLayer(0) is >= 0 and var layer
        ? layer
        : throw new NotSupportedException(
            $"{_method} needs gradients at the input of {Info.Name}, which it was not compiled for: declare [GradCam(\"{Info.Inputs[0].Name}\")].");

    public void Dispose() => _batch?.Dispose();

    /// <summary>Runs in batches, after each of which somebody looks at the first samples of <see cref="_batch"/>.</summary>
    private delegate void Runner(int count, RunWriter write, Action<int, int> afterBatch);

    private void Score(RunWriter write, Span<double> scores, bool isKept, Runner run, bool isHere)
    {
        var key = new OutputStore.Key(_method, Layer, _options.Seed);
        float[]? outputs = isKept ? _store.Find(key) : null;
        Target target = Target;
        if (outputs is null)
        {
            outputs = isKept ? _store.Reserve(scores.Length) : null;
            double[] found = new double[scores.Length];
            run(scores.Length, write, (first, runs) =>
            {
                for (int i = 0; i < runs; i++)
                {
                    ForwardRun sample = isHere ? _sessionOutputs : _samples[i];
                    found[first + i] = _seeds.Evaluate(target, sample);
                    if (outputs is not null)
                        sample.CopyOutputs(_store.Of(outputs, first + i));
                }
            });
            found.CopyTo(scores);
            if (outputs is not null)
                _store.Keep(key, outputs);
            return;
        }

        for (int i = 0; i < scores.Length; i++)
        {
            _sessionOutputs.SetOutputs(_store.Of(outputs, i));
            scores[i] = _seeds.Evaluate(target, _sessionOutputs);
        }
    }

    private void RunForward(int count, RunWriter write, Action<int, int> afterBatch)
    {
        Executor batch = Batch();
        // Runs of the suffix begin with another pass.
        _primedLayer = -1;
        Reserve(ref _values, InputShape.Length);
        RunBatches(count, (run, sample) =>
        {
            // Each pass may use their memory up.
            WriteOtherInputs(batch, sample);
            Span<float> values = _values.AsSpan(0, InputShape.Length);
            write(run, values);
            batch.WriteInput(0, values, TensorLayout.Hwc, sample);
        }, new SchedulePass { Kind = PassKind.Forward }, afterBatch);
    }

    private void RunSuffix(int count, RunWriter write, Action<int, int> afterBatch)
    {
        Executor batch = Batch();
        if (_primedLayer != Layer)
        {
            _primedLayer = -1;
            for (int i = 0; i < batch.Batch; i++)
            {
                WriteOtherInputs(batch, i);
                batch.WriteInput(0, Input, TensorLayout.Hwc, i);
            }

            _counter.Check();
            batch.Run(new SchedulePass { Kind = PassKind.Forward }, 0, batch.Batch);
            _primedLayer = Layer;
        }

        Reserve(ref _values, Shape.Length);
        RunBatches(count, (run, sample) =>
        {
            Span<float> values = _values.AsSpan(0, Shape.Length);
            write(run, values);
            batch.WriteActivation(Layer, values, sample);
        }, new SchedulePass { Kind = PassKind.Suffix, Layer = Layer }, afterBatch);
    }

    /// <summary>In the session's workspace, one run after the other: what is behind the layer takes less than to fill another workspace.</summary>
    private void RunSuffixHere(int count, RunWriter write, Action<int, int> afterBatch)
    {
        ReadOnlyMemory<float> own = Activations;
        var pass = new SchedulePass { Kind = PassKind.Suffix, Layer = Layer };
        Span<float> values = Reserve(ref _values, Shape.Length);
        try
        {
            for (int run = 0; run < count; run++)
            {
                _counter.Check();
                write(run, values);
                _session.WriteActivation(Layer, values, _pass.Sample);
                _session.Run(pass, _pass.Sample);
                _sessionOutputs.ReadOutputs();
                afterBatch(run, 1);
                _counter.Add(1);
            }
        }
        finally
        {
            _session.WriteActivation(Layer, own.Span, _pass.Sample);
            _session.Run(pass, _pass.Sample);
        }
    }

    private void RunBatches(int count, Action<int, int> write, in SchedulePass pass, Action<int, int> afterBatch)
    {
        Executor batch = Batch();
        for (int first = 0; first < count; first += batch.Batch)
        {
            _counter.Check();
            int runs = Math.Min(batch.Batch, count - first);
            for (int i = 0; i < runs; i++)
                write(first + i, i);
            batch.Run(pass, 0, runs);
            for (int i = 0; i < runs; i++)
                _samples[i].ReadOutputs();
            afterBatch(first, runs);
            _counter.Add(runs);
        }
    }

    /// <summary>The workspace of runs: as many samples as run at once, so that a run more is waited for at most where it is cancelled.</summary>
    private Executor Batch()
    {
        if (_batch is not null)
            return _batch;
        Executor batch = _session.CreateAnother(_session.SamplesAtOnce);
        _samples = [.. Enumerable.Range(0, batch.Batch).Select(i => new ForwardRun(batch, i))];
        return _batch = batch;
    }

    private void WriteOtherInputs(Executor batch, int sample)
    {
        for (int input = 1; input < Info.Inputs.Count; input++)
            batch.WriteInput(input, _pass.GetInput(input), TensorLayout.Hwc, sample);
    }

    private void RequireSuffix()
    {
        if (!Info.Layers[Layer].HasSuffix)
        {
            throw new NotSupportedException(
                $"{_method} runs {Info.Name} from the layer '{Info.Layers[Layer].Name}' on, which it was not compiled for: " +
                $"declare [GradCam(\"{Info.Layers[Layer].Name}\", Suffix = true)].");
        }
    }

    private static Span<float> Reserve(ref float[] array, int length)
    {
        if (array.Length < length)
            array = new float[length];
        return array.AsSpan(0, length);
    }
}
