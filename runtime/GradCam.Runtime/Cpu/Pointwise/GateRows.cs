namespace GradCam.Cpu.Pointwise;

/// <summary>A <see cref="Gate"/> over rows of the gradient that it completes.</summary>
internal readonly unsafe struct GateRows
{
    private readonly Activation _activation;
    private readonly MapView _output;
    private readonly MapView _gradient;
    private readonly int _width;
    private readonly int _channels;

    public GateRows(float* arena, in Tensor gradient, in Gate gate)
    {
        _activation = gate.Activation;
        _output = new MapView(arena, gate.Output);
        _gradient = new MapView(arena, gradient);
        _width = gradient.Width;
        _channels = gradient.Channels;
    }

    /// <summary>Multiplies some rows of the gradient by the activation's derivative.</summary>
    public void Apply(int from, int to)
    {
        if (_activation.Kind == ActivationKind.None)
            return;
        var user = new GradientUser(_output, _gradient, _gradient, accumulate: false, from, to, _width, _channels);
        ActivationDispatch.Use(_activation, ref user);
    }
}
