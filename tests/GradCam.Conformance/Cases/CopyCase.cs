namespace GradCam.Conformance.Cases;

/// <summary>A copy, as the forward form of a concatenation or slice and as the gradient of one; in place it only applies its gate.</summary>
internal sealed class CopyCase : OperationCase
{
    public CopyCase(CaseRandom random)
        : base(random)
    {
        int channels = random.Channels();
        Extent size = random.Size();
        Input = Source(channels, size);
        Output = Target(channels, size);
        OutputGradient = Source(channels, size);
        AddInputGradient(Input, OutputGradient);
    }

    public override string Description => "copy";

    public override double Tolerance => 0;

    public override void Forward<TBackend>(ref TBackend backend) => backend.Copy(Input, Output);

    public override void Backward<TBackend>(ref TBackend backend) => backend.Copy(OutputGradient, InputGradient, Accumulate, Gate);
}
