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
