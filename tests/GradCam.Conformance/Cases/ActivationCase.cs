namespace GradCam.Conformance.Cases;

/// <summary>An activation, over the range where it bends and far beyond, sometimes with NaN and infinity among the inputs.</summary>
internal sealed class ActivationCase : OperationCase
{
    private readonly Activation _activation;
    private readonly Tensor _saved;

    public ActivationCase(CaseRandom random)
        : base(random)
    {
        _activation = random.AnyActivation();
        int channels = random.Channels();
        Input = Source(channels, random.Size(), default, random.Values(random.Pick(0.01, 1, 4, random.Smooth ? 4 : 60)));
        Output = _activation.GradientFromOutput ? TargetOrInPlace(Input) : Target(channels, (Input.Height, Input.Width));
        _saved = _activation.GradientFromOutput ? Output : Input;
        if (!random.Smooth && random.Chance(0.1))
        {
            Set(Input, 0, 0, 0, float.NaN);
            Set(Input, Input.Height - 1, Input.Width - 1, channels - 1, random.Pick(float.PositiveInfinity, float.NegativeInfinity));
        }
        else
        {
            OutputGradient = Source(channels, (Input.Height, Input.Width));
            AddInputGradient(Input, OutputGradient, gate: false);
        }
    }

    public override string Description => $"{_activation}";

    public override void Forward<TBackend>(ref TBackend backend) => backend.Activate(_activation, Input, Output);

    public override void Backward<TBackend>(ref TBackend backend) =>
        backend.ActivationBackward(_activation, _saved, OutputGradient, InputGradient, Accumulate);
}
