namespace GradCam.Conformance.Cases;

/// <summary>Layer norm over channels.</summary>
internal sealed class LayerNormCase : OperationCase
{
    private readonly LayerNorm _op;

    public LayerNormCase(CaseRandom random)
        : base(random)
    {
        int channels = random.Channels();
        _op = new LayerNorm(random.Between(0, 3), MaybeWeight(0.7, channels), MaybeWeight(0.7, channels), random.Pick(1e-5, 1e-6, 1e-2));
        float shift = random.Pick(0f, 0f, 3f);
        Input = Source(channels, random.Size(12), default, () => random.Normal() + shift);
        Output = Target(channels, (Input.Height, Input.Width));
        OutputGradient = Source(channels, (Input.Height, Input.Width));
        AddInputGradient(Input);
    }

    public override string Description => $"{_op}";

    // Of two or three channels that happen to lie close together the difference is divided by a small deviation: float32's error grows with it.
    public override double Tolerance => Input.Channels < 6 ? 1e-3 : 2e-5;

    public override double BackwardTolerance => Input.Channels < 6 ? 1e-2 : 2e-5;

    public override void Forward<TBackend>(ref TBackend backend) => backend.LayerNorm(_op, Input, Output);

    public override void Backward<TBackend>(ref TBackend backend) => backend.LayerNormBackward(_op, Input, OutputGradient, InputGradient, Accumulate, Gate);
}
