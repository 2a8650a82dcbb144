namespace GradCam.Conformance.Cases;

/// <summary>A per-channel affine.</summary>
internal sealed class AffineCase : OperationCase
{
    private readonly ChannelAffine _op;

    public AffineCase(CaseRandom random)
        : base(random)
    {
        int channels = random.Channels();
        _op = new ChannelAffine(random.Between(0, 3), MaybeAffine(channels, 0.95), random.FusedActivation());
        Input = Source(channels, random.Size());
        Output = TargetOrInPlace(Input);
        OutputGradient = Source(channels, (Input.Height, Input.Width));
        AddInputGradient(Input, OutputGradient);
    }

    public override string Description => $"{_op}";

    public override void Forward<TBackend>(ref TBackend backend) => backend.Affine(_op, Input, Output);

    public override void Backward<TBackend>(ref TBackend backend) => backend.AffineBackward(_op, OutputGradient, InputGradient, Accumulate, Gate);
}
