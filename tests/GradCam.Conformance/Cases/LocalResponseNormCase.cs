namespace GradCam.Conformance.Cases;

/// <summary>Local response normalisation, with neighbourhoods of odd and even size, also wider than the channels.</summary>
internal sealed class LocalResponseNormCase : OperationCase
{
    private readonly LocalResponseNorm _op;

    public LocalResponseNormCase(CaseRandom random)
        : base(random)
    {
        _op = new LocalResponseNorm(
            random.Pick(1, 2, 3, 4, 5, 5, 8, 11), random.Pick(1e-4f, 0.5f, 2f), random.Pick(0.75f, 0.75f, 0.5f, 1f, 1.3f), random.Pick(1f, 2f, 0.5f));
        int channels = random.Channels();
        Input = Source(channels, random.Size(12));
        Output = Target(channels, (Input.Height, Input.Width));
        OutputGradient = Source(channels, (Input.Height, Input.Width));
        AddInputGradient(Input);
    }

    public override string Description => $"{_op}";

    public override void Forward<TBackend>(ref TBackend backend) => backend.LocalResponseNorm(_op, Input, Output);

    public override void Backward<TBackend>(ref TBackend backend) =>
        backend.LocalResponseNormBackward(_op, Input, OutputGradient, InputGradient, Accumulate, Gate);
}
