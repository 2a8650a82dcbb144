using GradCam.Reference;

namespace GradCam.Conformance.Cases;

/// <summary>A linear layer; its gradient from a whole vector or from one logit.</summary>
internal sealed class LinearCase : OperationCase
{
    private readonly Linear _op;
    private readonly bool _fromRow;
    private readonly int _class;
    private readonly float _seed;

    public LinearCase(CaseRandom random)
        : base(random)
    {
        int inputs = random.Chance(0.2) ? random.Between(1, 1100) : random.Channels();
        int outputs = random.Chance(0.2) ? random.Between(1, 1100) : random.Channels();
        float scale = 1 / MathF.Sqrt(inputs);
        _op = new Linear(
            random.Between(0, 3), Weight([outputs, inputs], () => random.Normal() * scale), MaybeWeight(0.6, outputs), MaybeAffine(outputs, 0.3),
            random.FusedActivation());
        _fromRow = random.Chance(0.4);
        _class = random.Between(0, outputs - 1);
        _seed = random.Pick(1f, -1f, 0.75f);
        Input = Source(inputs, 1);
        Output = Target(outputs, 1);
        OutputGradient = _fromRow ? default : Source(outputs, 1);
        AddInputGradient(Input);
    }

    public override string Description => _fromRow ? $"{_op} row {_class} seed {_seed}" : $"{_op}";

    public override void Forward<TBackend>(ref TBackend backend) => backend.Linear(_op, Input, Output);

    public override void Backward<TBackend>(ref TBackend backend)
    {
        if (_fromRow)
            backend.LinearBackwardRow(_op, _class, _seed, InputGradient, Accumulate, Gate);
        else
            backend.LinearBackward(_op, OutputGradient, InputGradient, Accumulate, Gate);
    }

    public override double[] LossGradient(ReferenceWorkspace workspace)
    {
        if (!_fromRow)
            return base.LossGradient(workspace);
        double[] gradient = new double[Output.Channels];
        gradient[_class] = _seed;
        return gradient;
    }
}
