namespace GradCam.Explain.Runs;

/// <summary>A layer's channels as masks of the input: enlarged to its size, half-pixel centres, then minimum to 0 and maximum to 1; zeros where a channel is constant.</summary>
internal sealed class ActivationMasks(MethodRun run)
{
    /// <summary>Beside a channel's range: Score-CAM's.</summary>
    private const float Epsilon = 1e-8f;

    private readonly float[] _channel = new float[run.Shape.Pixels];
    private readonly float[] _mask = new float[run.InputShape.Pixels];
    private int _made = -1;

    /// <summary>A channel's mask, [height, width] of the input; valid until another one is asked for.</summary>
    public ReadOnlySpan<float> Of(int channel)
    {
        if (_made == channel)
            return _mask;
        ReadOnlySpan<float> activations = run.Activations.Span;
        (Tensor shape, Tensor input) = (run.Shape, run.InputShape);
        for (int p = 0; p < _channel.Length; p++)
            _channel[p] = activations[p * shape.Channels + channel];
        MapResize.Resize(_channel, shape.Width, shape.Height, _mask, input.Width, input.Height);
        MinMax(_mask);
        _made = channel;
        return _mask;
    }

    /// <summary>Minimum to 0, maximum to 1; NaN stays.</summary>
    private static void MinMax(Span<float> values)
    {
        float least = System.Numerics.Tensors.TensorPrimitives.Min<float>(values);
        float largest = System.Numerics.Tensors.TensorPrimitives.Max<float>(values);
        for (int i = 0; i < values.Length; i++)
            values[i] = (values[i] - least) / (largest - least + Epsilon);
    }

    /// <summary>destination = x times a mask, which holds for all channels of the input.</summary>
    public static void Apply(ReadOnlySpan<float> input, ReadOnlySpan<float> mask, float factor, Span<float> destination)
    {
        int channels = input.Length / mask.Length;
        for (int p = 0; p < mask.Length; p++)
        {
            float weight = factor * mask[p];
            for (int c = 0; c < channels; c++)
                destination[p * channels + c] = input[p * channels + c] * weight;
        }
    }
}
