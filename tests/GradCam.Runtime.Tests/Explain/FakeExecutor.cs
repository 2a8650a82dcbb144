namespace GradCam.Runtime.Tests.Explain;

/// <summary>
/// A workspace without a network: the layer's activations are the input as it came, the logits are given sums over it, and the gradients are an arbitrary
/// formula of class, pixel and channel, one layer's with sums over the pixels. Sessions can be tested against it without kernels.
/// </summary>
internal sealed class FakeExecutor : Executor
{
    private readonly float[] _memory;

    public FakeExecutor(IReadOnlyList<string> labels)
    {
        const int channels = 3;
        const int height = 4;
        const int width = 5;
        const int classes = 6;
        const int length = channels * height * width;
        Info = new NetworkInfo
        {
            Name = "Fake",
            Inputs = [new InputInfo { Name = "input", Tensor = new Tensor(0, channels, height, width) }],
            Outputs = [
                new OutputInfo { Name = "fc", Tensor = new Tensor(length, classes, 1, 1) },
                new OutputInfo { Name = "map", Tensor = new Tensor(0, channels, height, width) }],
            Layers =
            [
                new LayerInfo
                {
                    Name = "features",
                    Activation = new Tensor(0, channels, height, width),
                    Gradient = new Tensor(length + classes, channels, height, width),
                    SeededGradient = new Tensor(length + classes, channels, height, width),
                },
                new LayerInfo
                {
                    Name = "first",
                    Activation = new Tensor(0, channels, 1, width),
                    Gradient = new Tensor(length + classes, channels, 1, width),
                    SeededGradient = new Tensor(length + classes, channels, 1, width),
                },
                new LayerInfo
                {
                    Name = "summed",
                    Activation = new Tensor(0, channels, height, width),
                    Gradient = new Tensor(length + classes, channels, height, width),
                    SeededGradient = new Tensor(length + classes, channels, height, width),
                    GradientSums = new Tensor(2 * length + classes, channels, 1, 1),
                },
                new LayerInfo
                {
                    Name = "input",
                    Activation = new Tensor(0, channels, height, width),
                    Gradient = new Tensor(length + classes, channels, height, width),
                    SeededGradient = new Tensor(length + classes, channels, height, width),
                },
            ],
            Weights = [],
            WorkspaceLength = 2 * length + classes + channels,
            Preprocessing = new ImagePreprocessing(),
            Labels = labels,
        };
        _memory = new float[Info.WorkspaceLength];
    }

    public override NetworkInfo Info { get; }

    internal override LayerBiases? Biases => new(new Dictionary<int, float[]>());

    public int Backwards { get; private set; }

    public int Sums { get; private set; }

    public bool IsDisposed { get; private set; }

    /// <summary>Runs inside of the forward pass.</summary>
    public Action? DuringForward { get; set; }

    public static float Gradient(int classIndex, int position) => (position * 7919 + classIndex * 104729) % 101 / 50f - 1;

    /// <summary>No operation: to who meets them, the layer is what the output is linear in.</summary>
    internal override bool TryTrace<TTracer>(ref TTracer tracer, in SchedulePass pass) => true;

    protected override void WriteCore(int sample, in Tensor destination, ReadOnlySpan<float> values, TensorLayout layout)
    {
        if (values.Length != destination.Length)
            throw new ArgumentException($"Expected {destination.Length} floats, found {values.Length}.", nameof(values));
        for (int i = 0; i < values.Length; i++)
        {
            (int pixel, int channel) = Math.DivRem(i, destination.Channels);
            _memory[destination.Offset + i] = values[layout == TensorLayout.Chw ? channel * destination.Pixels + pixel : i];
        }
    }

    protected override void RunCore(in SchedulePass pass, int first, int count)
    {
        switch (pass.Kind)
        {
            case PassKind.Forward:
                Forward();
                break;
            case PassKind.Backward:
                Backward(pass.Layer, pass.ClassOf(0), pass.Seed);
                break;
            case PassKind.GradientSums:
                Sum(pass.Layer, pass.ClassOf(0), pass.Seed);
                break;
            default:
                throw new NotSupportedException($"{pass.Kind}");
        }
    }

    protected override void ReadCore(int sample, in Tensor source, Span<float> destination) => _memory.AsSpan(source.Offset, source.Length).CopyTo(destination);

    private void Forward()
    {
        DuringForward?.Invoke();
        Tensor logits = Info.Logits;
        for (int k = 0; k < logits.Channels; k++)
        {
            float sum = 0;
            for (int i = 0; i < Info.Input.Length; i++)
                sum += _memory[i] * ((i * 31 + k * 17) % 13 - 6) / 10;
            _memory[logits.Offset + k] = sum;
        }
    }

    private new void Backward(int layer, int @class, float seed)
    {
        Backwards++;
        Tensor gradient = Info.Layers[layer].Gradient;
        for (int i = 0; i < gradient.Length; i++)
            _memory[gradient.Offset + i] = seed * Gradient(@class, i);
        // A backward slice may overwrite the outputs.
        _memory.AsSpan(Info.Logits.Offset, Info.Logits.Length).Fill(float.NaN);
    }

    private void Sum(int layer, int @class, float seed)
    {
        Sums++;
        Tensor sums = Info.Layers[layer].GradientSums;
        for (int c = 0; c < sums.Channels; c++)
        {
            double sum = 0;
            for (int i = c; i < Info.Layers[layer].Gradient.Length; i += sums.Channels)
                sum += Gradient(@class, i);
            _memory[sums.Offset + c] = (float)(seed * sum);
        }
    }

    protected override void Free()
    {
        if (IsDisposed)
            throw new InvalidOperationException("Freed twice.");
        IsDisposed = true;
    }
}

/// <summary>A network without weights, of these workspaces.</summary>
internal sealed class FakeModel(Func<FakeExecutor> create) : Model
{
    private readonly NetworkInfo _info = create().Info;

    public bool IsFreed { get; private set; }

    public override NetworkInfo Info => _info;

    protected override Executor CreateExecutorCore(int batch) => create();

    protected override void Free()
    {
        if (IsFreed)
            throw new InvalidOperationException("Freed twice.");
        IsFreed = true;
    }
}
