namespace GradCam.Conformance.Cases;

/// <summary>Resizing, up and down.</summary>
internal sealed class UpsampleCase : OperationCase
{
    private readonly Interpolation _interpolation;

    public UpsampleCase(CaseRandom random)
        : base(random)
    {
        _interpolation = random.Pick(Enum.GetValues<Interpolation>());
        Extent size = random.Size(12);
        Extent output = random.Chance(0.5) ? (size.Height * 2, size.Width * 2) : random.Size();
        int channels = random.Channels();
        Input = Source(channels, size);
        Output = Target(channels, output);
        OutputGradient = Source(channels, output);
        AddInputGradient(Input);
    }

    public override string Description => $"{_interpolation}";

    public override void Forward<TBackend>(ref TBackend backend) => backend.Upsample(_interpolation, Input, Output);

    public override void Backward<TBackend>(ref TBackend backend) =>
        backend.UpsampleBackward(_interpolation, OutputGradient, InputGradient, Accumulate, Gate);
}
