namespace GradCam.Explain.Inputs.Gates;

/// <summary>Changes no gate: adds up what the bias of each operation contributes, by the gradient that arrives there.</summary>
internal sealed class BiasRule(FullGradSum sum) : IGateRule
{
    private readonly float[] _one = new float[1];
    private float[] _gradient = [];

    /// <summary>The network's biases.</summary>
    public LayerBiases? Biases { get; set; }

    /// <summary>What they contribute.</summary>
    public FullGradSum Sum => sum;

    /// <inheritdoc/>
    public bool WatchesActivations => false;

    /// <inheritdoc/>
    public void Activate<TBackend>(ref TBackend backend, in Activation activation, in Tensor input, in Tensor output)
        where TBackend : struct, IBackend => backend.Activate(activation, input, output);

    /// <inheritdoc/>
    public void Watch<TBackend>(ref TBackend backend, in Tensor operand)
        where TBackend : struct, IBackend
    {
    }

    /// <inheritdoc/>
    public void WatchParametricRelu<TBackend>(ref TBackend backend, in Tensor input, in Tensor output)
        where TBackend : struct, IBackend
    {
    }

    /// <inheritdoc/>
    public Gate Fused(in Gate gate) => gate;

    /// <inheritdoc/>
    public void Pass<TBackend>(ref TBackend backend, in Gate gate, in Tensor gradient)
        where TBackend : struct, IBackend
    {
    }

    /// <inheritdoc/>
    public void ActivationBackward<TBackend>(
        ref TBackend backend, in Activation activation, in Tensor saved, in Tensor outputGradient, in Tensor inputGradient, bool accumulate)
        where TBackend : struct, IBackend => backend.ActivationBackward(activation, saved, outputGradient, inputGradient, accumulate);

    /// <inheritdoc/>
    public bool ParametricReluBackward<TBackend>(
        ref TBackend backend, in ParametricRelu op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate)
        where TBackend : struct, IBackend => false;

    /// <inheritdoc/>
    public bool MultiplyBackward<TBackend>(ref TBackend backend, in Tensor other, in Tensor outputGradient, in Tensor inputGradient, bool accumulate)
        where TBackend : struct, IBackend => false;

    /// <inheritdoc/>
    public bool MaxPoolBackward<TBackend>(
        ref TBackend backend, Window? window, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate)
        where TBackend : struct, IBackend => false;

    /// <inheritdoc/>
    public void Meet<TBackend>(ref TBackend backend, int operation, in Tensor outputGradient)
        where TBackend : struct, IBackend
    {
        ReadOnlySpan<float> biases = Biases!.Of(operation);
        if (!biases.IsEmpty)
            sum.Add(biases, Read(ref backend, outputGradient), biases.Length, outputGradient.Height, outputGradient.Width);
    }

    /// <inheritdoc/>
    public void MeetChannel<TBackend>(ref TBackend backend, int operation, int channel, in Tensor outputGradient)
        where TBackend : struct, IBackend
    {
        ReadOnlySpan<float> biases = Biases!.Of(operation);
        if (!biases.IsEmpty)
            sum.Add(biases.Slice(channel, 1), Read(ref backend, outputGradient), 1, outputGradient.Height, outputGradient.Width);
    }

    /// <inheritdoc/>
    public void MeetOne(int operation, int channel, float gradient)
    {
        ReadOnlySpan<float> biases = Biases!.Of(operation);
        _one[0] = gradient;
        if (!biases.IsEmpty)
            sum.Add(biases.Slice(channel, 1), _one, 1, 1, 1);
    }

    private ReadOnlySpan<float> Read<TBackend>(ref TBackend backend, in Tensor map)
        where TBackend : struct, IBackend
    {
        if (_gradient.Length < map.Length)
            _gradient = new float[map.Length];
        backend.Read(map, _gradient.AsSpan(0, map.Length));
        return _gradient.AsSpan(0, map.Length);
    }
}
