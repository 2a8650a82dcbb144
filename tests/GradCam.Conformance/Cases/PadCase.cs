namespace GradCam.Conformance.Cases;

/// <summary>Padding with zeros or by reflection, and cropping.</summary>
internal sealed class PadCase : OperationCase
{
    private readonly Edges _edges;
    private readonly bool _reflect;

    public PadCase(CaseRandom random)
        : base(random)
    {
        Extent size = random.Size();
        _reflect = random.Chance(0.5);
        int tallest = _reflect ? size.Height - 1 : 5;
        int widest = _reflect ? size.Width - 1 : 5;
        Extent output;
        do
        {
            _edges = new Edges(Draw(tallest), Draw(widest), Draw(tallest), Draw(widest));
            output = (size.Height + _edges.Top + _edges.Bottom, size.Width + _edges.Left + _edges.Right);
        }
        while (output.Height < 1 || output.Width < 1);

        int channels = random.Channels();
        Input = Source(channels, size);
        Output = Target(channels, output);
        OutputGradient = Source(channels, output);
        AddInputGradient(Input);

        int Draw(int most) => random.Chance(0.15) ? -random.Between(0, 3) : random.Between(0, Math.Min(most, 5));
    }

    public override string Description => $"{_edges} reflect {_reflect}";

    public override double Tolerance => 0;

    public override void Forward<TBackend>(ref TBackend backend) => backend.Pad(_edges, _reflect, Input, Output);

    public override void Backward<TBackend>(ref TBackend backend) =>
        backend.PadBackward(_edges, _reflect, OutputGradient, InputGradient, Accumulate, Gate);
}
