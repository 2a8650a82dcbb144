namespace GradCam.Conformance.Cases;

/// <summary>A product, also of a map and a pixel (squeeze and excite), differentiated by either factor.</summary>
internal sealed class MultiplyCase : OperationCase
{
    private readonly Tensor _a;
    private readonly Tensor _b;
    private readonly Activation _activation;
    private readonly bool _byA;

    public MultiplyCase(CaseRandom random)
        : base(random)
    {
        int channels = random.Channels();
        Extent size = random.Size();
        bool spread = random.Chance(0.4);
        _a = Source(channels, size);
        _b = Source(channels, spread ? 1 : size);
        _activation = random.FusedActivation();

        // In place, the backward form reads what the forward form has left there: no gradient of anything, but the same for all backends.
        bool inPlace = !random.Smooth && random.Chance(0.2);
        Output = inPlace ? (spread || random.Chance(0.5) ? _a : _b) : Target(channels, size);
        _byA = random.Chance(0.5);
        Input = _byA ? _a : _b;
        OutputGradient = Source(channels, size);
        AddInputGradient(Input, OutputGradient);
    }

    public override string Description => $"{_activation} by {(_byA ? "a" : "b")} in place {Output == _a} {Output == _b}";

    public override void Forward<TBackend>(ref TBackend backend) => backend.Multiply(_a, _b, _activation, Output);

    public override void Backward<TBackend>(ref TBackend backend) =>
        backend.MultiplyBackward(_byA ? _b : _a, OutputGradient, InputGradient, Accumulate, Gate);
}
