namespace GradCam.Conformance.Cases;

/// <summary>Flattening.</summary>
internal sealed class FlattenCase : OperationCase
{
    public FlattenCase(CaseRandom random)
        : base(random)
    {
        Input = Source(random.Channels(), random.Size(9));
        Output = Target(Input.Length, 1);
        OutputGradient = Source(Input.Length, 1);
        AddInputGradient(Input);
    }

    public override string Description => "flatten";

    public override double Tolerance => 0;

    public override void Forward<TBackend>(ref TBackend backend) => backend.Flatten(Input, Output);

    public override void Backward<TBackend>(ref TBackend backend) => backend.FlattenBackward(OutputGradient, InputGradient, Accumulate, Gate);
}
