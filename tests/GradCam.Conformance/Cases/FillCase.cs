namespace GradCam.Conformance.Cases;

/// <summary>The operations that fill a tensor without reading another: write, clear, one-hot.</summary>
internal sealed class FillCase : OperationCase
{
    private readonly int _kind;
    private readonly TensorLayout _layout;
    private readonly int _class;
    private readonly float _seed;
    private readonly float[] _values;

    public FillCase(CaseRandom random)
        : base(random)
    {
        _kind = random.Between(0, 2);
        _layout = random.Pick(TensorLayout.Hwc, TensorLayout.Chw);
        Output = Target(random.Chance(0.3) ? 3 : random.Channels(), _kind == 2 ? 1 : random.Size());
        _class = random.Between(0, Output.Channels - 1);
        _seed = random.Pick(1f, -1f, 0.5f);
        Func<float> values = random.Values();
        _values = [.. Enumerable.Range(0, Output.Length).Select(_ => values())];
    }

    public override string Description => _kind switch
    {
        0 => $"write {_layout}",
        1 => "clear",
        _ => $"one-hot {_class} seed {_seed}",
    };

    public override double Tolerance => 0;

    public override void Forward<TBackend>(ref TBackend backend)
    {
        if (_kind == 0)
            backend.Write(_values, _layout, Output);
        else if (_kind == 1)
            backend.Clear(Output);
        else
            backend.OneHot(_class, _seed, Output);
    }
}
