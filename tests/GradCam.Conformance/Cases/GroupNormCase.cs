namespace GradCam.Conformance.Cases;

/// <summary>Group norm; of as many groups as channels, instance norm.</summary>
internal sealed class GroupNormCase : OperationCase
{
    private readonly GroupNorm _op;

    public GroupNormCase(CaseRandom random)
        : base(random)
    {
        int channels = random.Channels();
        int[] divisors = [.. Enumerable.Range(1, channels).Where(divisor => channels % divisor == 0)];
        int groups = random.Chance(0.25) ? channels : random.Pick(divisors);
        _op = new GroupNorm(random.Between(0, 3), groups, MaybeWeight(0.7, channels), MaybeWeight(0.7, channels), random.Pick(1e-5, 1e-6, 1e-2));
        float shift = random.Pick(0f, 0f, 3f);
        Input = Source(channels, random.Size(12), default, () => random.Normal() + shift);
        Output = Target(channels, (Input.Height, Input.Width));
        OutputGradient = Source(channels, (Input.Height, Input.Width));
        AddInputGradient(Input);
    }

    public override string Description => $"{_op}";

    // Of a few elements that happen to lie close together the difference is divided by a small deviation: float32's error grows with it.
    public override double Tolerance => GroupSize < 6 ? 1e-3 : 2e-5;

    public override double BackwardTolerance => GroupSize < 6 ? 1e-2 : 2e-5;

    private int GroupSize => Input.Channels / _op.Groups * Input.Pixels;

    public override void Forward<TBackend>(ref TBackend backend) => backend.GroupNorm(_op, Input, Output);

    public override void Backward<TBackend>(ref TBackend backend) => backend.GroupNormBackward(_op, Input, OutputGradient, InputGradient, Accumulate, Gate);
}
