using System.Diagnostics;
using System.Numerics.Tensors;
using GradCam.Explain.Inputs.Gates;
using GradCam.Explain.Inputs.Numbers;

namespace GradCam.Explain.Inputs;

/// <summary>
/// What a method is given: the input, passes of the network, which count, tell progress and can be stopped, and where its values go. All maps are packed
/// [height, width, channels].
/// </summary>
internal sealed class InputRun : IDisposable
{
    private readonly Executor _executor;
    private readonly ForwardRun _forward;
    private readonly int _input;
    private readonly float[]?[] _others;
    private readonly PhotoRegion[] _regions;
    private readonly Seeds _seeds;
    private readonly int[] _class = new int[1];
    private float[] _scratch = [];
    private InputBatch? _batch;
    private AttributionBuffer _buffer;
    private ExplainOptions _options = ExplainOptions.Default;
    private Target? _target;
    private bool _isTargetGiven;
    private long _planned;
    private bool _isAtInput;

    /// <param name="executor">The session's workspace.</param>
    /// <param name="forward">Its first sample.</param>
    /// <param name="input">The input that is attributed to; the others stay as they are.</param>
    public InputRun(Executor executor, ForwardRun forward, int input)
    {
        (_executor, _forward, _input, _seeds) = (executor, forward, input, new Seeds(executor.Info));
        _others = new float[Info.Inputs.Count][];
        _regions = new PhotoRegion[Info.Inputs.Count];
        InputBuffer = new float[Shape.Length];
        _buffer = new AttributionBuffer(Info.Inputs[input], executor.Arithmetic);
        InputLayer = Info.IndexOfInputLayer(input);
    }

    public NetworkInfo Info => _executor.Info;

    /// <summary>The input's shape.</summary>
    public Tensor Shape => Info.Inputs[_input].Tensor;

    /// <summary>The compiled layer that is the input; -1 where it was not compiled.</summary>
    public int InputLayer { get; }

    /// <summary>The input.</summary>
    public ReadOnlySpan<float> Input => InputBuffer;

    /// <summary>The input, to be prepared.</summary>
    public float[] InputBuffer { get; }

    /// <summary>Passes with other gates.</summary>
    public GateDecorators Gates { get; } = new();

    /// <summary>The caller's: what computes long between two passes looks at it, too.</summary>
    public CancellationToken Cancellation => _options.CancellationToken;

    /// <summary>Random numbers of the caller's seed.</summary>
    public CounterRandom Random { get; private set; }

    /// <summary>The values: zeros until they are written, of the input's shape unless <see cref="UseOneChannel"/> was called.</summary>
    public Span<float> Values => _buffer.Span;

    /// <summary>Whether the method made the map itself.</summary>
    public bool HasMap { get; private set; }

    /// <summary>The values' sum less what it should be.</summary>
    public double CompletenessDelta { set => _buffer.CompletenessDelta = value; }

    /// <summary>Takes the inputs of a sample's last pass, from where a method begins; the others stay as they are there.</summary>
    public void TakeInputs(ForwardRun sample)
    {
        sample.GetInput(_input).CopyTo(InputBuffer);
        for (int i = 0; i < _others.Length; i++)
        {
            if (i == _input)
                continue;
            sample.GetInput(i).CopyTo(_others[i] ??= new float[Info.Inputs[i].Tensor.Length]);
            _regions[i] = sample.RegionOf(i);
        }
    }

    /// <summary>Begins an attribution of <see cref="Input"/>.</summary>
    /// <param name="buffer">Where the values go.</param>
    /// <param name="region">The part of the photo that the input is.</param>
    /// <param name="classIndex">The class whose logit is explained; without meaning where there is a target.</param>
    /// <param name="target">The target; null for the class.</param>
    /// <param name="planned">The passes that there will be.</param>
    /// <param name="options">The caller's.</param>
    public void Begin(AttributionBuffer buffer, PhotoRegion region, int classIndex, Target? target, long planned, ExplainOptions options)
    {
        (_buffer, _regions[_input], _planned, _options) = (buffer, region, planned, options);
        _class[0] = classIndex;
        _isTargetGiven = target is not null;
        // Of a map, a class's logit is the sum of its channel.
        _target = target ?? (Info.Outputs[0].IsMap ? Target.Logit(classIndex) : null);
        Random = new CounterRandom(options.Seed);
        HasMap = false;
        _isAtInput = false;
        buffer.Reset(Shape.Channels);
        buffer.CompletenessDelta = null;
        buffer.Forwards = 0;
        buffer.Backwards = 0;
    }

    /// <summary>Ends it: the session is at the input.</summary>
    public void End()
    {
        if (!_isAtInput)
            ScoreInput();
        _options.Progress?.Report(1);
    }

    /// <summary>The score is the class's probability from now on, not its logit, unless the caller gave a target.</summary>
    public void UseProbability()
    {
        if (!_isTargetGiven)
            _target = Target.Probability(_class[0]);
    }

    /// <summary>The values are one map: all channels of a pixel are changed together.</summary>
    public void UseOneChannel() => _buffer.Reset(1);

    /// <summary>The map is the method's own, of another size than the input.</summary>
    /// <returns>[height, width], to be written.</returns>
    public Span<float> MakeMap(int height, int width)
    {
        HasMap = true;
        _buffer.Map.Resize(width, height);
        return _buffer.Map.Raw;
    }

    /// <summary>The input's largest value less its smallest.</summary>
    public double InputRange() => (double)TensorPrimitives.Max(Input) - TensorPrimitives.Min(Input);

    /// <summary>Packs a tensor of the input's shape.</summary>
    public void Prepare(ReadOnlySpan<float> tensor, TensorLayout layout, Span<float> input) =>
        _forward.Prepare(_input, tensor, layout, input);

    /// <summary>The score of the input itself, after which the session's results are the input's.</summary>
    public double ScoreInput()
    {
        double score = Score(Input);
        _isAtInput = true;
        return _buffer.Score = score;
    }

    /// <summary>The score of another input.</summary>
    public double Score(ReadOnlySpan<float> input)
    {
        BeforePasses();
        _isAtInput = false;
        SetInputs(_forward, input);
        _executor.Run(new SchedulePass { Kind = PassKind.Forward });
        return EndForward();
    }

    /// <summary>The score of an input by a decorated forward pass.</summary>
    public double Score(ReadOnlySpan<float> input, PassDecorator decorator)
    {
        BeforePasses();
        _isAtInput = false;
        SetInputs(_forward, input);
        _executor.RunDecorated(new SchedulePass { Kind = PassKind.Forward }, decorator);
        return EndForward();
    }

    /// <summary>The scores of inputs, several at a time.</summary>
    /// <param name="source">Makes them.</param>
    /// <param name="scores">As many as there are inputs.</param>
    public void Score(IInputSource source, Span<double> scores)
    {
        InputBatch batch = Batch();
        for (int done = 0; done < scores.Length; done += batch.Size)
        {
            int count = Math.Min(batch.Size, scores.Length - done);
            RunForward(batch, source, done, count);
            for (int i = 0; i < count; i++)
                scores[done + i] = Evaluate(batch.Runs[i]);
        }
    }

    /// <summary>The scores and gradients of inputs, several at a time.</summary>
    /// <param name="count">How many inputs there are.</param>
    /// <param name="source">Makes them.</param>
    /// <param name="use">Is given them in their order.</param>
    public void Gradients(int count, IInputSource source, GradientUser use)
    {
        InputBatch batch = Batch();
        for (int done = 0; done < count; done += batch.Size)
        {
            int some = Math.Min(batch.Size, count - done);
            RunForward(batch, source, done, some);
            BeforePasses();
            for (int i = 0; i < some && _target is not null; i++)
                WriteSeeds(batch.Executor, batch.Runs[i]);
            batch.Executor.Run(BackwardPass(), 0, some);
            _buffer.Backwards += some;
            for (int i = 0; i < some; i++)
            {
                batch.Executor.Read(GradientTensor(), Scratch(), i);
                use(done + i, Scratch());
            }
        }
    }

    /// <summary>The gradient of the score at the input of the last forward pass.</summary>
    /// <param name="gradient">Receives it.</param>
    /// <param name="decorator">What changes the gates; null for nothing.</param>
    public void Gradient(Span<float> gradient, PassDecorator? decorator = null)
    {
        BeforePasses();
        if (_target is not null)
            WriteSeeds(_executor, _forward);
        if (decorator is null)
            _executor.Run(BackwardPass());
        else
            _executor.RunDecorated(BackwardPass(), decorator);
        _buffer.Backwards++;
        _executor.Read(GradientTensor(), gradient);
    }

    /// <summary>The gradient of the score at the input of the last forward pass, and what biases contribute on the way.</summary>
    /// <param name="gradient">Receives it.</param>
    /// <exception cref="NotSupportedException">The backend keeps no biases.</exception>
    public FullGradSum GradientAndBiases(Span<float> gradient)
    {
        (GateDecorator<BiasRule> decorator, BiasRule rule) = Gates.BiasesOf(_executor.Arithmetic, Shape);
        rule.Biases = _executor.Biases
            ?? throw new NotSupportedException($"{Info.Name} was loaded by a backend that keeps no biases ({_executor.BackendName}).");
        rule.Sum.Clear();
        Gradient(gradient, decorator);
        return rule.Sum;
    }

    /// <summary>A buffer of the input's length, which several inputs' passes use, too.</summary>
    public float[] Scratch() => _scratch.Length == 0 ? _scratch = new float[Shape.Length] : _scratch;

    /// <summary>Writes values, rounded once, and what they lack of the whole.</summary>
    /// <param name="values">The values.</param>
    /// <param name="whole">What their sum should be.</param>
    public void SetValues(ReadOnlySpan<double> values, double whole)
    {
        Debug.Assert(values.Length == Values.Length, "As many values as the attribution has.");
        double sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            sum += values[i];
            Values[i] = (float)values[i];
        }

        CompletenessDelta = sum - whole;
    }

    /// <inheritdoc/>
    public void Dispose() => _batch?.Dispose();

    private InputBatch Batch()
    {
        _batch ??= InputBatch.For(_executor, _forward);
        // Its first sample may be the session's own.
        _isAtInput = false;
        return _batch;
    }

    private void RunForward(InputBatch batch, IInputSource source, int first, int count)
    {
        BeforePasses();
        for (int i = 0; i < count; i++)
        {
            source.Fill(first + i, Scratch());
            SetInputs(batch.Runs[i], Scratch());
        }

        batch.Executor.Run(new SchedulePass { Kind = PassKind.Forward }, 0, count);
        for (int i = 0; i < count; i++)
            batch.Runs[i].End();
        _buffer.Forwards += count;
    }

    /// <summary>Sets all inputs: each pass may use their memory up.</summary>
    private void SetInputs(ForwardRun run, ReadOnlySpan<float> input)
    {
        for (int i = 0; i < _others.Length; i++)
            run.Set(i, i == _input ? input : _others[i], _regions[i]);
    }

    private double EndForward()
    {
        _forward.End();
        _buffer.Forwards++;
        return Evaluate(_forward);
    }

    private SchedulePass BackwardPass() => _target is null
        ? new SchedulePass { Kind = PassKind.Backward, Layer = InputLayer, Classes = _class, Seed = 1 }
        : new SchedulePass { Kind = PassKind.SeededBackward, Layer = InputLayer };

    private Tensor GradientTensor() => _target is null ? Info.Layers[InputLayer].Gradient : Info.Layers[InputLayer].SeededGradient;

    private void WriteSeeds(Executor executor, ForwardRun run)
    {
        _seeds.Evaluate(_target!, run);
        _seeds.Write(executor, InputLayer, run.Sample);
    }

    private double Evaluate(ForwardRun run) => _target is null ? run.Output(0).Values[_class[0]] : _seeds.Evaluate(_target, run);

    private void BeforePasses()
    {
        long done = _buffer.Forwards + _buffer.Backwards;
        if (done > 0)
            _options.Progress?.Report(Math.Min(1, done / (double)_planned));
        _options.CancellationToken.ThrowIfCancellationRequested();
    }
}
