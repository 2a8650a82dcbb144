namespace GradCam.Conformance.Cases;

/// <summary>Softmax over channels, also of logits whose exponentials overflow.</summary>
internal sealed class SoftmaxCase : OperationCase
{
    public SoftmaxCase(CaseRandom random)
        : base(random)
    {
        int channels = random.Chance(0.2) ? random.Between(1, 1000) : random.Channels();
        double scale = random.Pick(1.0, 3.0, random.Smooth ? 1.0 : 100.0);
        float shift = random.Pick(0f, 0f, 200f, -200f);
        Input = Source(channels, random.Chance(0.5) ? 1 : random.Size(8), default, () => (float)(random.Normal() * scale) + shift);
        Output = Target(channels, (Input.Height, Input.Width));
        OutputGradient = Source(channels, (Input.Height, Input.Width));
        AddInputGradient(Input);
    }

    public override string Description => "softmax";

    public override double Tolerance => 2e-6;

    public override void Forward<TBackend>(ref TBackend backend) => backend.Softmax(Input, Output);

    public override void Backward<TBackend>(ref TBackend backend) => backend.SoftmaxBackward(Output, OutputGradient, InputGradient, Accumulate, Gate);
}
