namespace GradCam.Gpu.Memory;

/// <summary>
/// What was read of samples that ran together. Who reads a tensor of one of them will read it of the others: all are copied to the host at once, since a
/// copy's price is the waiting for it.
/// </summary>
internal sealed class BatchReads
{
    /// <summary>Floats that are copied at once at most: 256 MiB. Of larger tensors each sample is copied by itself.</summary>
    private const int MostTogether = 1 << 26;

    private readonly Dictionary<Tensor, float[]> _values = [];
    private readonly HashSet<Tensor> _held = [];
    private int _first;
    private int _count;

    /// <summary>These samples have run; what was read before is of the past.</summary>
    public void Follow(int first, int count)
    {
        (_first, _count) = (first, count);
        _held.Clear();
    }

    /// <summary>Something was written: what was read before is of the past.</summary>
    public void Forget() => _held.Clear();

    /// <summary>The samples of which a tensor is read together with one's.</summary>
    public (int First, int Count) SamplesWith(int sample, in Tensor tensor) =>
        Holds(sample) && (long)_count * tensor.Length <= MostTogether ? (_first, _count) : (sample, 1);

    /// <summary>Gives a tensor of a sample that was read with another.</summary>
    public bool TryGet(int sample, in Tensor tensor, Span<float> destination)
    {
        if (!Holds(sample) || !_held.Contains(tensor))
            return false;

        _values[tensor].AsSpan((sample - _first) * tensor.Length, tensor.Length).CopyTo(destination);
        return true;
    }

    /// <summary>Keeps what was read, if it is of several samples.</summary>
    public void Keep(in Tensor tensor, ReadOnlySpan<float> values)
    {
        if (values.Length <= tensor.Length)
            return;

        if (!_values.TryGetValue(tensor, out float[]? kept) || kept.Length < values.Length)
            _values[tensor] = kept = new float[values.Length];
        values.CopyTo(kept);
        _held.Add(tensor);
    }

    private bool Holds(int sample) => _count > 1 && sample >= _first && sample < _first + _count;
}
