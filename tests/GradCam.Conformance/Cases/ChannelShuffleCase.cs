namespace GradCam.Conformance.Cases;

/// <summary>Channel shuffle.</summary>
internal sealed class ChannelShuffleCase : OperationCase
{
    private readonly int _groups;

    public ChannelShuffleCase(CaseRandom random)
        : base(random)
    {
        _groups = random.Pick(1, 2, 2, 3, 4, 8);
        int channels = _groups * random.Channels(33);
        Input = Source(channels, random.Size());
        Output = Target(channels, (Input.Height, Input.Width));
        OutputGradient = Source(channels, (Input.Height, Input.Width));
        AddInputGradient(Input);
    }

    public override string Description => $"shuffle {_groups}";

    public override double Tolerance => 0;

    public override void Forward<TBackend>(ref TBackend backend) => backend.ChannelShuffle(_groups, Input, Output);

    public override void Backward<TBackend>(ref TBackend backend) =>
        backend.ChannelShuffleBackward(_groups, OutputGradient, InputGradient, Accumulate, Gate);
}
