namespace GradCam.Conformance.Cases;

/// <summary>A sum, also of a map and a pixel; the gradient of a summand is a copy, summed over the pixels for a pixel.</summary>
internal sealed class AddCase : OperationCase
{
    private readonly Tensor _a;
    private readonly Tensor _b;
    private readonly Activation _activation;
    private readonly bool _byA;

    public AddCase(CaseRandom random)
        : base(random)
    {
        int channels = random.Channels();
        Extent size = random.Size();
        bool spread = random.Chance(0.4);
        _a = Source(channels, size);
        _b = Source(channels, spread ? 1 : size);
        _activation = random.FusedActivation();
        Output = spread || random.Chance(0.5) ? TargetOrInPlace(_a) : TargetOrInPlace(_b);
        _byA = random.Chance(0.5);
        Input = _byA ? _a : _b;
        OutputGradient = Source(channels, size);
        AddInputGradient(Input);
    }

    public override string Description => $"{_activation} by {(_byA ? "a" : "b")} in place {Output == _a} {Output == _b}";

    public override void Forward<TBackend>(ref TBackend backend) => backend.Add(_a, _b, _activation, Output);

    public override void Backward<TBackend>(ref TBackend backend) => backend.Copy(OutputGradient, InputGradient, Accumulate, Gate);
}
