namespace GradCam.Explain;

/// <summary>A copy of an input as it came, which methods that run the network again begin with: the network's own is overwritten on the way.</summary>
internal struct KeptInput
{
    private float[]? _values;
    private float[]? _packed;
    private TensorLayout _layout;
    private bool _isPacked;

    /// <summary>Whether the input is elsewhere.</summary>
    public bool IsElsewhere { get; private set; }

    /// <summary>Room for an input that is made here, [height, width, channels].</summary>
    public Span<float> Reserve(int length)
    {
        if (_values is null || _values.Length != length)
            _values = new float[length];
        (_layout, _isPacked, IsElsewhere) = (TensorLayout.Hwc, false, false);
        return _values;
    }

    /// <summary>The input is elsewhere: a photo became it on the device.</summary>
    public void Discard() => IsElsewhere = true;

    /// <summary>Copies it.</summary>
    public void Keep(ReadOnlySpan<float> values, TensorLayout layout)
    {
        values.CopyTo(Reserve(values.Length));
        _layout = layout;
    }

    /// <summary>The input, [height, width, channels].</summary>
    public ReadOnlySpan<float> Pack(Tensor shape)
    {
        if (_layout == TensorLayout.Hwc)
            return _values!;
        _packed ??= new float[_values!.Length];
        for (int i = 0; i < _packed.Length && !_isPacked; i++)
        {
            (int pixel, int channel) = Math.DivRem(i, shape.Channels);
            _packed[i] = _values![channel * shape.Pixels + pixel];
        }

        _isPacked = true;
        return _packed;
    }
}
