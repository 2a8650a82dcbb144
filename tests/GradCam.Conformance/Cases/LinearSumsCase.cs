namespace GradCam.Conformance.Cases;

/// <summary>A linear layer's gradient, summed over the pixels of the flattened map that it reads.</summary>
internal sealed class LinearSumsCase : OperationCase
{
    private readonly Linear _op;
    private readonly int _pixels;

    public LinearSumsCase(CaseRandom random)
        : base(random)
    {
        int channels = random.Chance(0.2) ? random.Between(1, 1100) : random.Channels();
        int outputs = random.Chance(0.2) ? random.Between(1, 300) : random.Channels();
        _pixels = random.Between(1, 50);
        float scale = 1 / MathF.Sqrt((float)outputs * _pixels);
        _op = new Linear(
            random.Between(0, 3), Weight([outputs, channels * _pixels], () => random.Normal() * scale), MaybeWeight(0.6, outputs), MaybeAffine(outputs, 0.3),
            random.FusedActivation());
        // As after a relu, many are zero.
        Func<float> values = random.Values();
        Input = Source(outputs, 1, values: () => random.Chance(0.4) ? 0 : values());
        Output = Target(channels, 1);
    }

    public override string Description => $"{_op}, {_pixels} pixels";

    public override void Forward<TBackend>(ref TBackend backend) => backend.LinearBackwardSums(_op, Input, Output);
}
