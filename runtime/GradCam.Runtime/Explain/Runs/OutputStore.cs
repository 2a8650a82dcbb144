namespace GradCam.Explain.Runs;

/// <summary>
/// The outputs of runs, so that other targets of the same runs cost nothing. They are kept until the next forward pass, unless they are so many that memory
/// would suffer: then each target runs again.
/// </summary>
internal sealed class OutputStore(NetworkInfo info)
{
    /// <summary>64 MiB.</summary>
    private const long MostFloats = 1 << 24;

    private readonly Dictionary<Key, float[]> _kept = [];
    private readonly int _length = info.Outputs.Sum(output => output.Tensor.Length);

    /// <summary>Forgets them: the session's input is another.</summary>
    public void Forget() => _kept.Clear();

    /// <summary>The outputs of runs that were kept; null where they have to run.</summary>
    public float[]? Find(Key key) => _kept.GetValueOrDefault(key);

    /// <summary>Room for the outputs of runs; null where they are too many.</summary>
    public float[]? Reserve(int runs) => (long)runs * _length <= MostFloats ? new float[runs * _length] : null;

    /// <summary>Keeps outputs of whole runs, instead of older ones where memory would suffer.</summary>
    public void Keep(Key key, float[] outputs)
    {
        if (_kept.Values.Sum(kept => (long)kept.Length) + outputs.Length > MostFloats)
            _kept.Clear();
        _kept[key] = outputs;
    }

    /// <summary>A run's outputs.</summary>
    public Span<float> Of(float[] outputs, int run) => outputs.AsSpan(run * _length, _length);

    /// <summary>What the runs depend on beside the session's input.</summary>
    public readonly record struct Key(CamMethod Method, int Layer, ulong Seed);
}
