using System.Diagnostics;
using System.Numerics.Tensors;
using GradCam.Explain.Inputs.Gates;
using GradCam.Explain.Inputs.Numbers;

namespace GradCam.Explain.Inputs;

/// <summary>
/// What a method is given: the input, passes of the network, which count, tell progress and can be stopped, and where its values go. All maps are packed
/// [height, width, channels].
/// </summary>
internal sealed class InputRun
{
    private readonly Executor _executor;
    private readonly ForwardRun _forward;
    private readonly float[] _logits;
    private float[] _scratch = [];
    private AttributionBuffer _buffer;
    private RunOptions _options = RunOptions.Default;
    private PhotoRegion _region;
    private int _class;
    private long _planned;
    private bool _isAtInput;
    private bool _useProbability;

    public InputRun(Executor executor, ForwardRun forward)
    {
        (_executor, _forward) = (executor, forward);
        _logits = new float[executor.Info.Logits.Length];
        InputBuffer = new float[executor.Info.Input.Length];
        _buffer = new AttributionBuffer(executor.Info.Input);
        InputLayer = -1;
        for (int i = 0; i < Info.Layers.Count && InputLayer < 0; i++)
            InputLayer = Info.Layers[i].Activation == Info.Input ? i : -1;
    }

    public NetworkInfo Info => _executor.Info;

    /// <summary>The input's shape.</summary>
    public Tensor Shape => Info.Input;

    /// <summary>The compiled layer that is the input; -1 where it was not compiled.</summary>
    public int InputLayer { get; }

    /// <summary>The input.</summary>
    public ReadOnlySpan<float> Input => InputBuffer;

    /// <summary>The input, to be prepared.</summary>
    public float[] InputBuffer { get; }

    /// <summary>Passes with other gates.</summary>
    public GateDecorators Gates { get; } = new();

    /// <summary>Random numbers of the caller's seed.</summary>
    public CounterRandom Random { get; private set; }

    /// <summary>The values: zeros until they are written, of the input's shape unless <see cref="UseOneChannel"/> was called.</summary>
    public Span<float> Values => _buffer.Span;

    /// <summary>Whether the method made the map itself.</summary>
    public bool HasMap { get; private set; }

    /// <summary>The values' sum less what it should be.</summary>
    public double CompletenessDelta { set => _buffer.CompletenessDelta = value; }

    /// <summary>Begins an attribution of <see cref="Input"/>.</summary>
    public void Begin(AttributionBuffer buffer, PhotoRegion region, int classIndex, long planned, RunOptions options)
    {
        (_buffer, _region, _class, _planned, _options) = (buffer, region, classIndex, planned, options);
        Random = new CounterRandom(options.Seed);
        HasMap = false;
        _isAtInput = false;
        _useProbability = false;
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

    /// <summary>The score is the class's probability from now on, not its logit.</summary>
    public void UseProbability() => _useProbability = true;

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
    public void Prepare(ReadOnlySpan<float> tensor, TensorLayout layout, Span<float> input) => _forward.Prepare(tensor, layout, input);

    /// <summary>The score of the input itself, after which the session's results are the input's.</summary>
    public double ScoreInput()
    {
        BeforePass();
        _forward.Run(InputBuffer, TensorLayout.Hwc, _region);
        _isAtInput = true;
        _buffer.Forwards++;
        return _buffer.Score = ReadScore();
    }

    /// <summary>The score of another input.</summary>
    public double Score(ReadOnlySpan<float> input)
    {
        BeforePass();
        _isAtInput = false;
        _executor.Forward(input, TensorLayout.Hwc);
        _buffer.Forwards++;
        return ReadScore();
    }

    /// <summary>The score of an input by a decorated forward pass.</summary>
    public double Score(ReadOnlySpan<float> input, PassDecorator decorator)
    {
        BeforePass();
        _isAtInput = false;
        _executor.Forward(input, decorator);
        _buffer.Forwards++;
        return ReadScore();
    }

    /// <summary>The scores of inputs.</summary>
    /// <param name="source">Makes them.</param>
    /// <param name="scores">As many as there are inputs.</param>
    public void Score(IInputSource source, Span<double> scores)
    {
        float[] input = Scratch();
        for (int i = 0; i < scores.Length; i++)
        {
            source.Fill(i, input);
            scores[i] = Score(input);
        }
    }

    /// <summary>The gradient of the score at the input of the last forward pass.</summary>
    /// <param name="gradient">Receives it.</param>
    public void Gradient(Span<float> gradient)
    {
        BeforePass();
        _executor.Backward(InputLayer, _class, 1);
        _buffer.Backwards++;
        _executor.Read(Info.Layers[InputLayer].Gradient, gradient);
    }

    /// <summary>What a decorated backward pass makes of the score at the last forward pass.</summary>
    public void Gradient(PassDecorator decorator, Span<float> gradient)
    {
        BeforePass();
        _executor.Backward(InputLayer, _class, 1, decorator);
        _buffer.Backwards++;
        _executor.Read(Info.Layers[InputLayer].Gradient, gradient);
    }

    /// <summary>Score and gradient of another input.</summary>
    public double Gradient(ReadOnlySpan<float> input, Span<float> gradient)
    {
        double score = Score(input);
        Gradient(gradient);
        return score;
    }

    /// <summary>A buffer of the input's length, that of <see cref="Score(IInputSource, Span{double})"/> and <see cref="Baseline"/>s.</summary>
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

    private void BeforePass()
    {
        _options.CancellationToken.ThrowIfCancellationRequested();
        long done = _buffer.Forwards + _buffer.Backwards;
        if (done > 0)
            _options.Progress?.Report(Math.Min(1, done / (double)_planned));
    }

    private double ReadScore()
    {
        _executor.Read(Info.Logits, _logits);
        if (_useProbability)
            ProbabilityMath.Compute(_logits, Info.Outputs[0].Head, _logits);
        return _logits[_class];
    }
}
