namespace GradCam.Conformance.Cases;

/// <summary>Adaptive pooling to any size, larger ones included, and global pooling.</summary>
internal sealed class AdaptivePoolCase : OperationCase
{
    private readonly bool _max;

    public AdaptivePoolCase(CaseRandom random, bool max)
        : base(random)
    {
        _max = max;
        int channels = random.Channels();
        Input = Source(channels, random.Size());
        Extent output = random.Chance(0.4) ? 1 : random.Size(9);
        Output = Target(channels, output);
        OutputGradient = Source(channels, output);
        AddInputGradient(Input);
    }

    public override string Description => _max ? "adaptive max" : "adaptive average";

    public override double Tolerance => _max ? 0 : 1e-5;

    public override void Forward<TBackend>(ref TBackend backend)
    {
        if (_max)
            backend.AdaptiveMaxPool(Input, Output);
        else
            backend.AdaptiveAveragePool(Input, Output);
    }

    public override void Backward<TBackend>(ref TBackend backend)
    {
        if (_max)
            backend.AdaptiveMaxPoolBackward(Input, OutputGradient, InputGradient, Accumulate, Gate);
        else
            backend.AdaptiveAveragePoolBackward(OutputGradient, InputGradient, Accumulate, Gate);
    }
}
