namespace GradCam.Conformance.Cases;

/// <summary>A parametric relu, with a slope a channel or one for all.</summary>
internal sealed class ParametricReluCase : OperationCase
{
    private readonly ParametricRelu _op;

    public ParametricReluCase(CaseRandom random)
        : base(random)
    {
        int channels = random.Channels();
        _op = new ParametricRelu(random.Between(0, 3), Weight([random.Chance(0.7) ? channels : 1]));
        Input = Source(channels, random.Size());
        Output = Target(channels, (Input.Height, Input.Width));
        OutputGradient = Source(channels, (Input.Height, Input.Width));
        AddInputGradient(Input, OutputGradient);
    }

    public override string Description => $"{_op}";

    public override void Forward<TBackend>(ref TBackend backend) => backend.ParametricRelu(_op, Input, Output);

    public override void Backward<TBackend>(ref TBackend backend) =>
        backend.ParametricReluBackward(_op, Input, OutputGradient, InputGradient, Accumulate, Gate);
}
