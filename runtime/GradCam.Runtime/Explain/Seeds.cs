namespace GradCam.Explain;

/// <summary>A session's memory for d y / d outputs, while a target is evaluated.</summary>
internal sealed class Seeds(NetworkInfo info)
{
    private readonly float[]?[] _values = new float[info.Outputs.Count][];
    private readonly bool[] _isUsed = new bool[info.Outputs.Count];
    private float[] _scratch = [];

    /// <summary>Evaluates a target.</summary>
    /// <returns>y.</returns>
    public double Evaluate(Target target, ForwardRun run)
    {
        Array.Clear(_isUsed);
        return target.Evaluate(new TargetContext(info, run, this), weight: 1);
    }

    /// <summary>Replaces the seeds by the derivative of a target's, where the first output moves along a direction.</summary>
    /// <returns>False where the target does not know it.</returns>
    public bool TryAddCurvature(Target target, ForwardRun run, ReadOnlySpan<double> direction)
    {
        Array.Clear(_isUsed);
        Use(0);
        return target.TryAddCurvature(new TargetContext(info, run, this), weight: 1, direction);
    }

    /// <summary>An output's seed, zeros where the target has not asked for it before.</summary>
    public Span<float> Use(int output)
    {
        if ((uint)output >= (uint)_values.Length)
            throw new ArgumentOutOfRangeException(nameof(output), output, $"{info.Name} has {_values.Length} output(s).");
        float[] values = _values[output] ??= new float[info.Outputs[output].Tensor.Length];
        if (!_isUsed[output])
            Array.Clear(values);
        _isUsed[output] = true;
        return values;
    }

    /// <summary>Room for a number a channel of an output.</summary>
    public Span<float> Scratch(int output)
    {
        int channels = info.Outputs[output].Tensor.Channels;
        if (_scratch.Length < channels)
            _scratch = new float[channels];
        return _scratch.AsSpan(0, channels);
    }

    /// <summary>Hands the seeds of the last target over, and zeros for the outputs that it did not look at.</summary>
    /// <exception cref="ArgumentException">The layer influences none of the target's outputs.</exception>
    public void Write(Executor executor, int layer, int sample)
    {
        LayerInfo compiled = info.Layers[layer];
        bool any = false;
        for (int i = 0; i < _values.Length; i++)
            any |= _isUsed[i] && compiled.Influences(i);
        if (!any)
        {
            string outputs = string.Join(", ", Enumerable.Range(0, _values.Length).Where(i => _isUsed[i]).Select(i => $"'{info.Outputs[i].Name}'"));
            throw new ArgumentException(
                outputs.Length == 0
                    ? "The target looks at no output."
                    : $"The layer '{compiled.Name}' of {info.Name} has no influence on what the target looks at: {outputs}.");
        }

        for (int i = 0; i < _values.Length; i++)
        {
            if (compiled.Influences(i))
                executor.WriteSeed(i, Use(i), sample);
        }
    }
}
